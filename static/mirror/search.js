"use strict";
// Search in a mirror: loads the words that are asked for, then the texts that have them, by <script>, as file: allows.
(() => {
  const form = document.querySelector("form.search");
  const place = document.getElementById("results");
  const count = document.getElementById("found");
  const more = document.getElementById("more");
  const folder = form.dataset.folder;
  const AT_ONCE = 10;
  const AROUND = 240;
  const LETTER = "[\\p{L}\\p{N}][\\u0300-\\u036f]*";
  const UNSEEN = "[\\u00ad\\u200b-\\u200d\\u2060\\ufeff]";
  const WORD = new RegExp(`${LETTER}(?:(?:${UNSEEN}|['’ʼ‘´\`])?${LETTER})*`, "gu");

  // As commentaries/folding.py and commentaries/search/words.py do it.
  function fold(word) {
    return word
      .replace(new RegExp(UNSEEN, "g"), "")
      .normalize("NFKC")
      .toLowerCase()
      .replace(/ß/g, "ss")
      .replace(/ς/g, "σ")
      .replace(/ў/g, "у")
      .replace(/ё/g, "е")
      .replace(/[’ʼ‘´`]/g, "'")
      .normalize("NFD")
      .replace(/(?!\u0306)\p{M}/gu, "")
      .normalize("NFC")
      .replace(/([a-z0-9])'s$/, "$1")
      .replace(/[^\p{L}\p{N}]/gu, "");
  }

  const files = new Map();
  const waiting = new Map();
  window.searchData = (name, data) => waiting.get(name)(data);

  function load(name) {
    if (!files.has(name)) {
      files.set(name, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        waiting.set(name, resolve);
        script.onerror = () => { files.delete(name); reject(new Error(name)); };
        script.src = `${folder}${name}.js`;
        document.head.append(script);
      }));
    }
    return files.get(name);
  }

  // The words that begin like this one: their forms by stem, and where each stem stands.
  const shards = new Map();
  async function shard(word, map) {
    let head = "";
    for (let length = 4; length && !head; length -= 1) {
      if (map.heads.has(word.slice(0, length))) head = word.slice(0, length);
    }
    if (!head) return { stems: new Map(), places: new Map(), forms: new Map() };
    if (!shards.has(head)) {
      const code = [...head].map((char) => char.codePointAt(0).toString(16)).join("-");
      const lines = await load(`w-${code}`);
      const read = { stems: new Map(), places: new Map(), forms: new Map() };
      for (const line of lines.split("\n")) {
        const [stem, forms, places] = line.split("\t");
        const words = forms.split(" ").map((short) => stem.slice(0, parseInt(short[0], 36)) + short.slice(1));
        for (const form of words) read.stems.set(form, stem);
        if (places) read.places.set(stem, places) && read.forms.set(stem, words);
      }
      shards.set(head, read);
    }
    return shards.get(head);
  }

  // The stem of a word; of a form that no text has, the longest that it begins with, else that of the form most like it.
  async function stemOf(word, map) {
    const { stems, places } = await shard(word, map);
    if (stems.has(word)) return stems.get(word);
    const begun = [...places.keys()].filter((stem) => stem.length > 2 && word.startsWith(stem) && word.length < stem.length + 5);
    if (begun.length) return begun.sort((a, b) => b.length - a.length)[0];
    let best = "", length = Math.max(2, Math.ceil(word.length * 0.65) - 1);
    for (const form of stems.keys()) {
      let same = 0;
      while (same < word.length && form[same] === word[same]) same += 1;
      if (same > length || (same === length && best && form.length < best.length)) [best, length] = [form, same];
    }
    return best ? stems.get(best) : "";
  }

  async function textsWith(stem, map) {
    const found = new Map();
    const places = stem ? (await shard(stem, map)).places.get(stem) : "";
    let number = 0;
    for (const packed of (places || "").split(" ").filter(Boolean)) {
      const value = parseInt(packed, 36);
      number += Math.floor(value / 3);
      found.set(number, value % 3);
    }
    return found;
  }

  // Every text that has all the words; titles before leads before bodies, the newest first.
  async function ask(words, map) {
    const lists = [];
    for (const word of words) lists.push(await textsWith(await stemOf(word, map), map));
    const scores = [];
    for (const number of lists[0].keys()) {
      if (lists.every((list) => list.has(number))) {
        scores.push([lists.reduce((sum, list) => sum + list.get(number), 0), number]);
      }
    }
    return scores.sort((a, b) => b[0] - a[0] || b[1] - a[1]).map((pair) => pair[1]);
  }

  async function text(number, map) {
    let before = 0;
    for (const [day, size] of map.issues) {
      if (number < before + size) return (await load(`i-${day}`))[number - before];
      before += size;
    }
    throw new Error(String(number));
  }

  // Where in the line one of the forms stands.
  function hits(line, forms) {
    return [...line.matchAll(WORD)]
      .filter((match) => forms.has(fold(match[0])))
      .map((match) => [match.index, match.index + match[0].length]);
  }

  function mark(element, line, found, start, end) {
    let at = start;
    for (const [from, to] of found) {
      if (from < at || to > end) continue;
      const strong = document.createElement("mark");
      strong.textContent = line.slice(from, to);
      element.append(line.slice(at, from), strong);
      at = to;
    }
    element.append(line.slice(at, end));
  }

  function snippet(element, lead, body, forms) {
    let line = lead || body;
    let found = hits(line, forms);
    if (!found.length && lead) {
      const inBody = hits(body, forms);
      if (inBody.length) [line, found] = [body, inBody];
    }
    let start = found.length ? Math.max(0, found[0][0] - 60) : 0;
    if (start) start = line.indexOf(" ", start) + 1;
    let end = Math.min(line.length, start + AROUND);
    if (end < line.length) end = Math.max(line.lastIndexOf(" ", end), found.length ? found[0][1] : start + 1);
    if (start) element.append("… ");
    mark(element, line, found, start, end);
    if (end < line.length) element.append(" …");
  }

  async function result(number, forms, map) {
    const [path, title, week, section, trend, byline, lead, body, language, available] = await text(number, map);
    const article = document.getElementById("result").content.cloneNode(true);
    const link = article.querySelector("h3 a");
    link.href = `../../${path}`;
    mark(link, title, hits(title, forms), 0, title.length);
    article.querySelector(".days").textContent = week;
    article.querySelector(".section").textContent = section;
    const sign = document.getElementById(`trend-${trend}`);
    if (sign) article.querySelector(".of-trend").append(sign.content.cloneNode(true));
    snippet(article.querySelector(".snippet"), lead, body, forms);
    article.querySelector(".available").textContent = available || "";
    if (language) for (const part of article.querySelectorAll("h3, .snippet")) part.lang = language;
    article.querySelector(".byline").textContent = byline;
    return article;
  }

  let asked = 0;
  async function search(query) {
    const mine = ++asked;
    place.replaceChildren();
    more.hidden = true;
    const words = [...new Set([...query.matchAll(WORD)].map((match) => fold(match[0])).filter(Boolean))].slice(0, 12);
    if (!words.length) { count.textContent = query.trim() ? form.dataset.noWord : ""; return; }
    count.textContent = form.dataset.waiting;
    try {
      const raw = await load("map");
      const map = { issues: raw.issues, heads: raw.set || (raw.set = new Set(raw.heads)) };
      const numbers = await ask(words, map);
      const forms = new Set();
      for (const word of words) {
        const stem = await stemOf(word, map);
        for (const form of (stem && (await shard(stem, map)).forms.get(stem)) || []) forms.add(form);
      }
      if (mine !== asked) return;
      count.textContent = numbers.length ? `${form.dataset.found} ${numbers.length}` : form.dataset.none;
      const show = async () => {
        const first = numbers.splice(0, AT_ONCE);
        const made = [];
        for (const number of first) made.push(await result(number, forms, map));
        if (mine !== asked) return null;
        const at = place.children.length;
        place.append(...made);
        more.hidden = !numbers.length;
        return place.children[at];
      };
      more.onclick = async () => (await show())?.querySelector("a").focus();
      await show();
    } catch (error) {
      if (mine === asked) count.textContent = form.dataset.broken;
    }
  }

  const input = form.elements.q;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    try {
      history.replaceState(null, "", `?q=${encodeURIComponent(input.value)}`);
    } catch (error) { /* some browsers keep the address of a file as it is */ }
    search(input.value);
  });
  form.hidden = false;
  input.value = new URLSearchParams(location.search).get("q") || "";
  if (input.value) search(input.value);
})();
