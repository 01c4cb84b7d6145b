
// A passphrase nobody has chosen: each word one of 1024, all equally likely.
function sixWords() {
  const drawn = crypto.getRandomValues(new Uint16Array(6));
  return Array.from(drawn, (number) => data.words[number & 1023]);
}

async function newKey(words) {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const publicHalf = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const box = await boxKey(words.join(" "), salt, data.rounds);
  const sealed = await crypto.subtle.encrypt(boxed(iv, publicHalf), box, pkcs8.slice(-32));
  const proof = await crypto.subtle.sign("Ed25519", pair.privateKey, UTF8.encode(
    "CalmReply enrolment v1\n" + data.person + "\n" + data.name + "\n" + hex(publicHalf)));
  const rounds = new Uint8Array(4);
  new DataView(rounds.buffer).setUint32(0, data.rounds);
  return {
    public: publicHalf,
    code: await code(joined(new Uint8Array([4]), bytes(data.nonce).slice(0, 4), publicHalf, rounds,
      salt, iv, new Uint8Array(sealed), new Uint8Array(proof))),
  };
}

function madeCards(words, key, six) {
  const asker = { asker: data.asker };
  const list = el("ol", "six");
  list.id = "passphrase";
  for (const word of words) list.append(el("li", "", word));
  const line = el("label", "tick"), written = el("input");
  written.type = "checkbox";
  written.id = "written";
  line.append(written, el("span", "", said.written));
  const trouble = notice(said.needWritten, true);
  trouble.hidden = true;
  trouble.id = "trouble";
  const send = button(said.sendBack, "main", "send", async () => {
    trouble.hidden = written.checked;
    if (!written.checked) return;
    const title = fill(said.done, asker);
    const whole = answerCard(title, data.asker, key.code, said.message, said.mailSubject);
    send.replaceWith(whole);
    trouble.remove();
    main.dataset.state = "answered";
    await whole.pass();
  });
  const words_ = el("p", "fingerprint", six.join(" "));
  words_.id = "fingerprint";
  return [
    card(said.yours, list, el("p", "soft", said.yoursWhy), line),
    trouble,
    send,
    card(fill(said.compare, asker), words_, el("p", "soft", fill(said.compareWhy, asker))),
  ];
}

begin(async () => {
  const parts = { name: data.name, asker: data.asker, business: data.business };
  const hello = data.business ? said.hello : said.helloUnnamed;
  main.append(untrusted(fill(hello, parts)), untrusted(fill(said.what, parts), "soft"));
  const make = button(said.make, "main", "make", async () => {
    if (make.disabled) return;
    make.disabled = true;
    make.textContent = said.working;
    const words = sixWords();
    const key = await newKey(words);
    once.remove();
    make.replaceWith(...madeCards(words, key, await fingerprint(key.public)));
    main.dataset.state = "made";
  });
  const once = el("p", "soft", said.once);
  main.append(make, once);
  main.dataset.state = "open";
});
