
"use strict";
// Everything that is shown goes through textContent; nothing is ever read as markup.

const data = JSON.parse(document.getElementById("data").textContent);
const said = data.said;
const main = document.getElementById("main");
const UTF8 = new TextEncoder();
const SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function fill(words, parts) {
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in parts ? String(parts[name]) : whole));
}

function el(tag, className, words) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (words !== undefined) made.textContent = words;
  return made;
}

function card(title, ...parts) {
  const made = el("section", "card");
  if (title) made.append(el("h2", "", title));
  made.append(...parts);
  return made;
}

function button(words, className, id, press) {
  const made = el("button", className, words);
  made.type = "button";
  made.id = id;
  made.addEventListener("click", press);
  return made;
}

function notice(words, bad) {
  const made = el("p", bad ? "notice bad" : "notice", words);
  made.setAttribute("role", "alert");
  return made;
}

// --- what hides in a text ---------------------------------------------------------------------

const HIDES = new RegExp(
  "[\\p{Cc}\\p{Cf}\\p{Cn}\\p{Co}\\p{Cs}\\p{Zl}\\p{Zp}\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u2800" +
    "\\u3164\\uffa0\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]", "u");
const PICTURE = /^(\p{Extended_Pictographic}|\p{Emoji_Modifier}|[#*0-9\u203c\u2049])$/u;
const JOINING = /^[\u0600-\u18af]$/u;

function hides(signs, at) {
  const sign = signs[at], before = signs[at - 1] || "", after = signs[at + 1] || "";
  if (sign === "\n" || sign === "\t" || !HIDES.test(sign)) return false;
  if (sign === "\ufe0e" || sign === "\ufe0f") return !PICTURE.test(before);
  if (sign === "\u200d" || sign === "\u200c") {
    const joins = JOINING.test(before) && JOINING.test(after);
    const pictured = (PICTURE.test(before) || before === "\ufe0f") && PICTURE.test(after);
    return !(joins || (sign === "\u200d" && pictured));
  }
  return true;
}

function untrusted(text, className) {
  const made = el("p", "untrusted" + (className ? " " + className : ""));
  const signs = Array.from(text.replace(/\r\n/g, "\n"));
  let plain = "";
  signs.forEach((sign, at) => {
    if (!hides(signs, at)) {
      plain += sign;
      return;
    }
    made.append(plain);
    plain = "";
    const number = sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    const mark = el("span", "mark", "[U+" + number + "]");
    mark.title = said.hidden;
    made.append(mark);
  });
  made.append(plain);
  return made;
}

// --- bytes, codes, words ----------------------------------------------------------------------

function bytes(hex) {
  return Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
}

function hex(found) {
  return Array.from(new Uint8Array(found), (one) => one.toString(16).padStart(2, "0")).join("");
}

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

async function sha256(found) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", found));
}

// The canonical form of the record (RFC 8785 for what stands in it): sorted keys, no spaces.
function canonical(value) {
  if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return "{" + names.map((name) => JSON.stringify(name) + ":" + canonical(value[name])).join(",") + "}";
}

async function code(body) {
  const check = (await sha256(joined(UTF8.encode("CalmReply code\n"), body))).slice(0, 3);
  let signs = "", held = 0, bits = 0;
  for (const one of joined(body, check)) {
    held = (held << 8) | one;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      signs += SIGNS[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  if (bits) signs += SIGNS[(held << (5 - bits)) & 31];
  return "CR1-" + signs.match(/.{1,8}/g).join("-");
}

async function fingerprint(found) {
  const digest = await sha256(joined(UTF8.encode("CalmReply fingerprint v1\n"), found));
  const words = [];
  for (let at = 0; at < 6; at++) {
    let number = 0;
    for (let bit = at * 10; bit < at * 10 + 10; bit++) {
      number = (number << 1) | ((digest[bit >> 3] >> (7 - (bit & 7))) & 1);
    }
    words.push(data.words[number]);
  }
  return words;
}

// --- keys -------------------------------------------------------------------------------------

const PKCS8 = bytes("302e020100300506032b657004220420");

async function boxKey(passphrase, salt, rounds) {
  const from = await crypto.subtle.importKey("raw", UTF8.encode(passphrase), "PBKDF2", false,
    ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, from, { name: "AES-GCM", length: 256 }, false,
    ["encrypt", "decrypt"]);
}

function boxed(iv, publicHalf) {
  const about = joined(UTF8.encode("CalmReply packet key v1\n"), publicHalf);
  return { name: "AES-GCM", iv: iv, additionalData: about };
}

async function canSign() {
  try {
    await crypto.subtle.generateKey("Ed25519", false, ["sign"]);
    return true;
  } catch (error) {
    return false;
  }
}

// --- sending back -----------------------------------------------------------------------------

async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch (error) {
    field.focus();
    field.select();
    try {
      return document.execCommand("copy");
    } catch (refused) {
      return false;
    }
  }
}

// The code with every way to pass it on. `name` is who gets it.
function answerCard(title, name, found, message, subject) {
  const field = el("textarea", "code");
  field.id = "code";
  field.readOnly = true;
  field.value = found;
  field.rows = Math.min(12, Math.ceil(found.length / 27) + 1);
  field.setAttribute("aria-label", fill(said.codeFor, { name: name }));
  field.addEventListener("focus", () => field.select());
  const told = el("p", "soft");
  told.id = "told";
  told.setAttribute("role", "status");
  const whole = message + "\n\n" + found + "\n";
  const copy = async () => {
    const done = await copied(field);
    told.textContent = fill(done ? said.copied : said.copyFailed, { name: name });
    return done;
  };
  const ways = el("div", "ways");
  const share = () => navigator.share({ text: whole });
  if (navigator.share) {
    ways.append(button(said.share, "", "share", () => share().catch(() => undefined)));
  }
  ways.append(button(said.copy, "", "copy", copy));
  const mail = el("a", "button", said.mail);
  mail.id = "mail";
  const to = encodeURIComponent(data.mail || "").replace("%40", "@");
  mail.href = "mailto:" + to + "?subject=" + encodeURIComponent(subject) +
    "&body=" + encodeURIComponent(whole);
  // A longer address some mail programs cut off, or never get.
  if (mail.href.length < 2000) ways.append(mail);
  const save = el("a", "button", said.save);
  save.id = "save";
  save.download = "answer-for-calmreply.txt";
  save.href = "data:text/plain;charset=utf-8," + encodeURIComponent(whole);
  ways.append(save);
  const made = card(title, el("p", "soft", said.once), field, told, ways);
  made.classList.add("done");
  // One press does it: the device's own way to share where there is one, else a copy.
  made.pass = async () => {
    if (navigator.share) {
      try {
        await share();
        return;
      } catch (error) {
        if (error && error.name === "AbortError") return;
      }
    }
    await copy();
  };
  return made;
}

async function foot(words) {
  const made = el("footer");
  const six = el("p", "fingerprint", words.join(" "));
  six.id = "fingerprint";
  made.append(el("p", "soft", said.words), six,
    el("p", "soft", fill(said.wordsWhy, { name: data.asker })));
  if (data.head) made.append(el("p", "soft head", fill(said.head || "{head}", { head: data.head })));
  return made;
}

// Show the page, or why there is none.
async function begin(show) {
  const title = el("h1", "", said.title);
  main.append(title);
  if (!window.crypto || !crypto.subtle || !(await canSign())) {
    main.append(notice(said.noCrypto + " " + said.noCryptoWay, true));
    main.dataset.state = "no-crypto";
    return;
  }
  try {
    await show();
  } catch (error) {
    main.replaceChildren(title, notice(said.damaged, true));
    main.dataset.state = "damaged";
  }
}
