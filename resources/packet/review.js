
const TICKS = ["true", "kind", "promise", "private"];

function moment(text) {
  return new Date(text).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

function mentionCard() {
  const mention = data.mention;
  if (!mention) {
    return card(said.they, el("p", "", fill(said.theyPrivate, { asker: data.asker })));
  }
  const made = card(said.they);
  const stars = mention.stars;
  const about = [data.site, stars && fill(said.stars, { given: stars[0], scale: stars[1] }),
    mention.author].filter(Boolean).join(" · ");
  made.append(untrusted(about, "soft"), untrusted(mention.text));
  made.id = "mention";
  return made;
}

function hostOf(link) {
  try {
    return new URL(link).hostname;
  } catch (error) {
    return link;
  }
}

function replyCard(record) {
  const made = card(said.reply);
  made.id = "reply";
  if (record.subject) made.append(untrusted(fill(said.subject, { subject: record.subject }), ""));
  made.append(untrusted(record.text, "reply"));
  const open = record.visibility === "public";
  made.append(el("p", "soft", open ? said.public : said.privately));
  if (record.links.length) {
    const list = el("div");
    list.id = "links";
    list.append(el("h2", "", said.links));
    for (const link of record.links) {
      const host = hostOf(link), odd = /(^|\.)xn--/.test(host);
      list.append(untrusted(host + (odd ? " (" + said.unlikeHost + ")" : ""), odd ? "odd-host" : ""));
    }
    made.append(list);
  }
  return made;
}

function offerCard(offer) {
  const made = card("", untrusted(fill(said.offer, { offer: offer.words })));
  if (offer.amount) {
    const amount = (offer.amount / 100).toFixed(2);
    made.append(el("p", "soft", fill(said.offerAmount, { amount: amount, currency: offer.currency })));
  }
  return made;
}

// That it cannot wait stands in the record; only the name of whoever says so does not.
function hurryCard(emergency) {
  const parts = { name: data.hurried, ground: said["ground_" + emergency.ground], reason: emergency.reason };
  const made = untrusted(fill(said.hurried, parts) + "\n" + said.hurriedWhy, "notice");
  made.id = "hurried";
  return made;
}

function tick(name) {
  const line = el("label", "tick"), box = el("input");
  box.type = "checkbox";
  box.id = "tick-" + name;
  line.append(box, el("span", "", said["tick_" + name]));
  return { line: line, box: box };
}

// Six words as they were generated, however they are typed; or what is wrong with them.
function passphrase(typed) {
  const words = typed.toLowerCase().normalize("NFKC").split(/[^a-z]+/).filter(Boolean);
  for (const word of words) {
    if (!data.words.includes(word)) {
      const near = data.words.find((one) => alike(one, word)) ||
        data.words.find((one) => word.length > 3 && one.startsWith(word.slice(0, 4)));
      throw new Error(fill(near ? said.noSuchWord : said.noSuchWordAtAll, { word: word, near: near }));
    }
  }
  if (words.length !== 6) throw new Error(fill(said.needWords, { count: words.length }));
  return words.join(" ");
}

// Whether one sign more, less or another makes one word the other.
function alike(one, other) {
  if (one.length < other.length) [one, other] = [other, one];
  if (one.length - other.length > 1) return false;
  let at = 0;
  while (at < other.length && one[at] === other[at]) at++;
  return one.slice(at + 1) === other.slice(one.length === other.length ? at + 1 : at);
}

async function unlocked(words) {
  const key = data.key, publicHalf = bytes(key.public);
  const box = await boxKey(words, bytes(key.salt), key.rounds);
  let seed;
  try {
    seed = await crypto.subtle.decrypt(boxed(bytes(key.iv), publicHalf), box, bytes(key.box));
  } catch (error) {
    throw new Error(said.wrong);
  }
  return crypto.subtle.importKey("pkcs8", joined(PKCS8, new Uint8Array(seed)), "Ed25519", false,
    ["sign"]);
}

async function signed(key, domain, record) {
  const words = UTF8.encode(domain + canonical(record));
  return new Uint8Array(await crypto.subtle.sign("Ed25519", key, words));
}

function size(words) {
  return [words.length >> 8, words.length & 255];
}

async function answer(record, key, ticks, remark, other) {
  const named = joined(bytes(data.key.public).slice(0, 3), bytes(record.nonce).slice(0, 4));
  if (other) {
    const words = UTF8.encode(remark), rest = UTF8.encode(other);
    const whole = { ...record, remark: remark, suggestion: other };
    const signature = await signed(key, "CalmReply remark v1\n", whole);
    const head = new Uint8Array([5, ...size(words), ...size(rest)]);
    return code(joined(head, named, words, rest, signature));
  }
  if (remark) {
    const words = UTF8.encode(remark);
    const signature = await signed(key, "CalmReply remark v1\n", { ...record, remark: remark });
    return code(joined(new Uint8Array([3, ...size(words)]), named, words, signature));
  }
  const signature = await signed(key, "CalmReply sign-off v1\n", { ...record, ticks: ticks });
  return code(joined(new Uint8Array([ticks.length === 4 ? 1 : 2]), named, signature));
}

// What stands in the record is what is shown; what is shown beside it must fit the record.
async function checked() {
  const record = JSON.parse(data.record);
  if (canonical(record) !== data.record) throw new Error("record");
  if (data.mention && hex(await sha256(UTF8.encode(canonical(data.mention)))) !== record.mention) {
    throw new Error("mention");
  }
  return record;
}

// What should change, and the whole reply as they would put it, if they changed that; one of both.
function remarkOf(field, others) {
  const text = field.value.trim(), other = others.changed();
  if (!text && !other) throw new Error(said.needRemark);
  if (UTF8.encode(text).length > 2000 || UTF8.encode(other).length > 12000) {
    throw new Error(said.tooLong);
  }
  return { text: text, other: other };
}

// The reply to be written anew, behind a button: most say in a sentence what should change.
function otherWords(record) {
  const field = el("textarea"), label = el("label", "", said.others);
  field.id = "others";
  label.htmlFor = "others";
  field.value = record.text;
  const before = field.value; // with its lines ended as this field ends them
  const whole = el("div", "remarks");
  whole.hidden = true;
  whole.append(label, field, el("p", "soft", said.othersHint));
  const open = button(said.suggest, "link", "suggest", () => {
    whole.hidden = false;
    open.remove();
    field.rows = Math.min(14, Math.ceil(before.length / 32) + before.split("\n").length);
    field.focus();
  });
  const changed = () => (field.value === before || !field.value.trim() ? "" : field.value);
  return { open: open, whole: whole, changed: changed };
}

function form(record) {
  const made = el("form"), asker = { asker: data.asker };
  made.className = "card";
  made.id = "answer";
  const ticks = TICKS.concat(data.private.length ? ["not_private"] : [])
    .map((name) => ({ name: name, ...tick(name) }));
  const list = el("div", "ticks");
  for (const one of ticks) {
    if (one.name === "not_private") {
      list.append(untrusted(fill(said.looksPrivate, { found: data.private.join(", ") }), "notice"));
    }
    list.append(one.line);
  }
  const remark = el("textarea");
  remark.id = "remark";
  remark.maxLength = 600;
  const remarkLabel = el("label", "", said.remark);
  remarkLabel.htmlFor = "remark";
  const remarks = el("div", "remarks");
  remarks.hidden = true;
  const others = otherWords(record);
  remarks.append(remarkLabel, remark, el("p", "soft", fill(said.remarkHint, asker)), others.open,
    others.whole);
  const turn = button(said.change, "link", "turn", () => {
    remarks.hidden = !remarks.hidden;
    list.hidden = !remarks.hidden;
    turn.textContent = remarks.hidden ? said.change : said.sign;
    if (!remarks.hidden) remark.focus();
  });
  const label = el("label", "", said.passphrase), words = el("input");
  label.htmlFor = words.id = "words";
  words.type = "text";
  for (const name of ["autocomplete", "autocorrect", "autocapitalize"]) words.setAttribute(name, "off");
  words.spellcheck = false;
  const trouble = notice("", true);
  trouble.id = "trouble";
  trouble.hidden = true;
  const send = el("button", "main", said.sendBack);
  send.id = "send";
  send.type = "submit";
  made.append(list, remarks, turn, label, words, el("p", "soft", said.passphraseHint), trouble, send);
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    trouble.hidden = send.disabled = true;
    try {
      const changing = !remarks.hidden;
      const done = changing ? [] : ticks.filter((one) => one.box.checked).map((one) => one.name);
      if (!changing && !TICKS.every((name) => done.includes(name))) throw new Error(said.needTicks);
      const { text, other } = changing ? remarkOf(remark, others) : { text: "", other: "" };
      const typed = passphrase(words.value);
      send.textContent = said.working;
      const found = await answer(record, await unlocked(typed), done, text, other);
      words.value = "";
      const title = fill(changing ? said.remarked : said.signed, asker);
      const whole = answerCard(title, data.asker, found, said.message, said.mailSubject);
      made.replaceWith(whole);
      whole.scrollIntoView({ block: "center" });
      main.dataset.state = "answered";
      await whole.pass();
    } catch (error) {
      trouble.textContent = error.message;
      trouble.hidden = false;
      send.textContent = said.sendBack;
      send.disabled = false;
      trouble.scrollIntoView({ block: "nearest" });
    }
  });
  return made;
}

begin(async () => {
  const record = await checked();
  main.append(untrusted(fill(said.hello, { reviewer: data.reviewer, asker: data.asker })));
  main.append(mentionCard());
  if (record.emergency) main.append(hurryCard(record.emergency));
  const rest = [replyCard(record)];
  if (record.offer) rest.push(offerCard(record.offer));
  const lapsed = new Date(record.expires_at) < new Date();
  const when = { when: moment(record.expires_at), asker: data.asker };
  if (lapsed) {
    rest.push(notice(fill(said.lapsed, when), false));
  } else {
    rest.push(el("p", "soft", fill(said.until, when)), form(record));
  }
  rest.push(await foot(await fingerprint(UTF8.encode(data.record))));
  main.dataset.state = lapsed ? "lapsed" : "open";
  if (data.blind) {
    const first = card(said.first, button(said.showReply, "main", "show", () => {
      first.replaceWith(...rest);
      rest[0].scrollIntoView({ block: "start" });
    }));
    main.append(first);
  } else {
    main.append(...rest);
  }
});
