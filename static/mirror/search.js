"use strict";
// Search in a mirror: loads the words that are asked for, then the texts that have them, by <script>, as file: allows.
(() => {
  const form = document.querySelector("form.search");
  const place = document.getElementById("results");
  const count = document.getElementById("found");
  const say = (words) => { count.textContent = words; };
  const more = document.getElementById("more");
  const AT_ONCE = 10;
  const AROUND = 240;
  const LETTER = "[\\p{L}\\p{N}][\\u0300-\\u036f]*";
  const UNSEEN = "[\\u00ad\\u200b-\\u200d\\u2060\\ufeff]";
  const GROUPED = "[1-9]\\d{0,2}(?:[,\\s]\\d{3})+(?![\\p{L}\\p{N}])";
  const WORD = new RegExp(`${GROUPED}|${LETTER}(?:(?:${UNSEEN}|['’ʼ‘´\`])?${LETTER})*`, "gu");

  // As commentaries/folding.py and commentaries/search/words.py do it.
  const folded = new Map();
  function fold(word) {
    let found = folded.get(word);
    if (found === undefined) {
      found = word.replace(new RegExp(UNSEEN, "g"), "").normalize("NFKC").toLowerCase()
        .replace(/ß/g, "ss").replace(/ς/g, "σ").replace(/ў/g, "у").replace(/ё/g, "е").replace(/[’ʼ‘´`]/g, "'")
        .normalize("NFD").replace(/(?!\u0306)\p{M}/gu, "").normalize("NFC")
        .replace(/([a-z0-9])'s$/, "$1").replace(/[^\p{L}\p{N}]/gu, "");
      folded.set(word, found);
    }
    return found;
  }

  const wordsOf = (line) => [...line.matchAll(WORD)].map((match) => fold(match[0])).filter(Boolean);

  // Words, "phrases", and -words to leave out, as commentaries/search/queries.py does it.
  function understand(query) {
    const plain = query.replace(WORD, fold).replace(/[“”„«»‟]/g, '"').replace(/[−–—]/g, "-");
    return [...plain.matchAll(/(-?)(?:"([^"]*)"?|([^\s"]+))/g)]
      .map(([, minus, phrase, word]) => ({ minus, words: wordsOf(phrase || word || "") }))
      .filter((term) => term.words.length);
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
        script.src = `${form.dataset.folder}${name}.js`;
        document.head.append(script);
      }));
    }
    return files.get(name);
  }

  let map;
  async function learn() {
    const { issues, heads, ends, stop } = await load("map");
    const texts = issues.flatMap(([day, size]) => [...Array(size).keys()].map((at) => [day, at]));
    map = { texts, heads: new Set(heads), ends: new Set(ends), stop: new Set(stop) };
  }

  // The words that begin like this one: the stem of each, and of each stem its forms and where it stands.
  const shards = new Map();
  async function shard(word) {
    let head = word.slice(0, 4);
    while (head && !map.heads.has(head)) head = head.slice(0, -1);
    if (shards.has(head)) return shards.get(head);
    const read = { stems: new Map(), homes: new Map() };
    const code = [...head].map((char) => char.codePointAt(0).toString(16)).join("-");
    for (const line of head ? (await load(`w-${code}`)).split("\n") : []) {
      const [stem, forms, places] = line.split("\t");
      const words = forms.split(" ").map((short) => stem.slice(0, parseInt(short[0], 36)) + short.slice(1));
      for (const form of words) read.stems.set(form, stem);
      if (places) read.homes.set(stem, [words, places]);
    }
    for (const stem of read.homes.keys()) if (!read.stems.has(stem)) read.stems.set(stem, stem);
    shards.set(head, read);
    return read;
  }

  // The stem of a word; of a form that no text has, that of the form most like it, if they differ in their endings.
  async function stemOf(word) {
    const { stems } = await shard(word);
    if (stems.has(word) || /\p{N}/u.test(word)) return stems.get(word);
    let best = "", length = 3;
    for (const form of stems.keys()) {
      let same = 0;
      while (same < word.length && form[same] === word[same]) same += 1;
      if (same < length || (same === length && best && form.length >= best.length)) continue;
      if ([word, form].every((one) => same === one.length || map.ends.has(one.slice(same)))) [best, length] = [form, same];
    }
    return stems.get(best);
  }

  // The forms of a word, and the texts that have one of them with what it is worth there.
  async function lookUp(word) {
    const stem = await stemOf(word);
    const [forms, places] = (await shard(stem || "")).homes.get(stem) || [[], ""];
    const ranks = new Map();
    let number = 0;
    for (const packed of places.split(" ").filter(Boolean)) {
      const value = parseInt(packed, 36);
      number += Math.floor(value / 3);
      ranks.set(number, value % 3);
    }
    return { forms: new Set(forms), ranks };
  }

  // Whether a text has a term: a phrase side by side.
  async function has(number, { words }) {
    if (!words.every((word) => word.ranks.has(number))) return false;
    return words.length < 2 || (await text(number)).some((line) => hits(line, [{ words }]).length);
  }

  // Every text that has all that is wanted and nothing else; titles before leads before bodies, the newest first.
  async function ask(terms) {
    const scores = [];
    await Promise.all(map.texts.map(async (_, number) => {
      let score = 0;
      for (const term of terms) {
        if (await has(number, term) === Boolean(term.minus)) return;
        for (const { ranks } of term.words) score += ranks.get(number) || 0;
      }
      scores.push([score, number]);
    }));
    return scores.sort((a, b) => b[0] - a[0] || b[1] - a[1]).map((pair) => pair[1]);
  }

  async function text(number) {
    const [day, at] = map.texts[number];
    return (await load(`i-${day}`))[at];
  }

  // Where in the line the terms stand.
  function hits(line, terms) {
    const all = [...line.matchAll(WORD)];
    const words = all.map((match) => fold(match[0]));
    return all.flatMap(({ index }, at) => terms
      .filter((term) => term.words.every(({ forms }, next) => forms.has(words[at + next])))
      .map((term) => all[at + term.words.length - 1])
      .map((last) => [index, last.index + last[0].length]));
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

  function snippet(element, lead, body, terms) {
    let line = lead || body;
    let found = hits(line, terms);
    if (!found.length && lead) {
      const inBody = hits(body, terms);
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

  async function result(number, terms) {
    const [path, title, week, section, trend, byline, lead, body, language, available] = await text(number);
    const article = document.getElementById("result").content.cloneNode(true);
    const part = (name) => article.querySelector(name);
    const link = part("h3 a");
    link.href = `../../${path}`;
    mark(link, title, hits(title, terms), 0, title.length);
    part(".days").textContent = week;
    part(".section").textContent = section;
    const sign = document.getElementById(`trend-${trend}`);
    if (sign) part(".of-trend").append(sign.content.cloneNode(true));
    snippet(part(".snippet"), lead, body, terms);
    part(".available").textContent = available || "";
    if (language) part("h3").lang = part(".snippet").lang = language;
    part(".byline").textContent = byline;
    return article;
  }

  let asked = 0;
  async function search(query) {
    const mine = ++asked;
    place.replaceChildren();
    more.hidden = true;
    const typed = understand(query);
    if (!typed.length) return say(query.trim() ? form.dataset.noWord : "");
    say(form.dataset.waiting);
    try {
      await learn();
      const terms = typed.filter(({ words }) => words[1] || !map.stop.has(words[0])).slice(0, 12);
      for (const term of terms) term.words = await Promise.all(term.words.map(lookUp));
      const numbers = terms.length ? await ask(terms) : [];
      const wanted = terms.filter((term) => !term.minus);
      if (mine !== asked) return;
      say(numbers.length ? `${form.dataset.found} ${numbers.length}` : form.dataset[terms.length ? "none" : "common"]);
      const show = async () => {
        const first = numbers.splice(0, AT_ONCE);
        const made = [];
        for (const number of first) made.push(await result(number, wanted));
        if (mine !== asked) return null;
        const at = place.children.length;
        place.append(...made);
        more.hidden = !numbers.length;
        return place.children[at];
      };
      more.onclick = async () => (await show())?.querySelector("a").focus();
      await show();
    } catch (error) {
      if (mine === asked) say(form.dataset.broken);
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
