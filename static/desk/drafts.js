/* What is typed in a form stays in this browser until it is saved. It is offered back, never put back by itself.
   One draft a window: draft:USER:ADDRESS:TOKEN in localStorage, holding only what differs from what the desk showed. */
"use strict";

desk.drafts = (() => {
  const place = document.getElementById("desk-saving");
  const form = document.getElementById(place.dataset.form);
  const offer = document.getElementById("draft-offer");
  const trouble = document.getElementById("desk-trouble");
  const DELAY = 800; // milliseconds after the first key that is not kept yet
  const address = addressOf(window.location);
  const prefix = `draft:${place.dataset.user}:${address}:`;
  const token = form.elements.draft.value || newToken();
  const isUnsaved = place.dataset.unsaved === "yes"; // the desk sent back what was typed
  let shown = new Map(); // what the desk showed
  let timer = 0;
  let isFilling = false; // the editors take their text after a moment

  function newToken() {
    return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => (byte % 36).toString(36)).join("");
  }

  function addressOf({ pathname, search }) {
    const query = new URLSearchParams(search);
    for (const name of ["tab", "_changelist_filters", "_popup", "_to_field"]) query.delete(name);
    query.sort();
    return query.size ? `${pathname}?${query}` : pathname;
  }

  function changed() {
    return [...desk.typed.read(form)].filter(([key, value]) => value !== (shown.get(key) ?? ""));
  }

  const isDirty = () => isUnsaved || isFilling || changed().length > 0;

  function kept() {
    try {
      return JSON.parse(localStorage.getItem(prefix + token));
    } catch {
      return null;
    }
  }

  function keep() {
    clearTimeout(timer);
    timer = 0;
    if (isFilling) return;
    const differs = changed();
    const earlier = isUnsaved ? kept() : null;
    if (!differs.length && !earlier) {
      localStorage.removeItem(prefix + token);
      return;
    }
    const fields = { ...earlier?.fields, ...Object.fromEntries(differs) };
    const words = { ...earlier?.words };
    const labels = { ...earlier?.labels }; // for the list of what is not saved, which has no form
    for (const [key] of differs) {
      words[key] = desk.typed.chosenWords(form, key) || undefined;
      labels[key] = desk.typed.labelOf(form, key, place.dataset.row).label;
    }
    store({
      at: Date.now(),
      title: place.dataset.title,
      url: address,
      seen: earlier?.seen ?? form.elements.seen_version.value, // what was typed against an older version stays so
      fields,
      words,
      labels,
    });
  }

  function store(draft) {
    try {
      localStorage.setItem(prefix + token, JSON.stringify(draft));
      return true;
    } catch {
      trouble.textContent = place.dataset.full;
      return false;
    }
  }

  function keepSoon() {
    if (!timer) timer = setTimeout(keep, DELAY);
  }

  /* --- What was kept before --- */

  function found() {
    const drafts = [];
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(prefix) || name === prefix + token) continue;
      try {
        drafts.push({ name, ...JSON.parse(localStorage.getItem(name)) });
      } catch {
        localStorage.removeItem(name);
      }
    }
    return drafts.sort((one, other) => other.at - one.at);
  }

  function differing(draft) {
    return Object.entries(draft.fields).filter(([key, value]) => value !== (shown.get(key) ?? ""));
  }

  /* Other windows of this browser hold a lock while they are open. */
  async function openElsewhere() {
    const { held = [] } = (await navigator.locks?.query()) || {};
    return new Set(held.map((lock) => lock.name));
  }

  async function offerBack() {
    const locks = await openElsewhere();
    for (const draft of found()) {
      const isOpen = locks.has(draft.name);
      if (!differing(draft).length) {
        if (!isOpen) localStorage.removeItem(draft.name);
        continue;
      }
      if (!isOpen) return show(draft);
    }
    offer.hidden = true;
    return null;
  }

  function say(part, parameters) {
    part.textContent = part.dataset.words.replace(/\{(\w+)\}/g, (_all, name) => parameters[name]);
  }

  function show(draft) {
    const differs = differing(draft);
    const when = desk.typed.moment(draft.at);
    const names = differs.map(([key]) => labelOf(draft, key).label);
    say(offer.querySelector("h2"), { when });
    say(offer.querySelector(".what"), { fields: [...new Set(names)].join(", ") });
    offer.querySelector(".elsewhere").hidden = Boolean(navigator.locks);
    offer.querySelector("dl").replaceChildren(...differs.flatMap(([key, value]) => comparison(draft, key, value)));
    offer.hidden = false;
    const actions = { restore: () => restore(draft), compare: (button) => compare(button), discard: () => discard(draft) };
    for (const button of offer.querySelectorAll("button")) button.onclick = () => actions[button.dataset.do](button);
    return draft;
  }

  function compare(button) {
    const differences = document.getElementById("draft-differences");
    differences.hidden = !differences.hidden;
    button.setAttribute("aria-expanded", String(!differences.hidden));
  }

  function discard(draft) {
    localStorage.removeItem(draft.name);
    offer.hidden = true;
    offerBack();
    form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }

  /* The form then belongs to the version that the draft began with: what others saved since is asked when it is saved. */
  function restore(draft) {
    const { name, ...content } = draft;
    isFilling = true;
    const isKept = store(content);
    const lost = desk.typed.write(form, draft.fields, draft.words);
    if (isKept && !lost.length) localStorage.removeItem(name);
    form.elements.seen_version.value = draft.seen;
    setTimeout(() => { isFilling = false; keep(); }, 1000);
    say(offer.querySelector(".done"), {});
    for (const part of offer.querySelectorAll("h2, .what, .buttons, .elsewhere, #draft-differences")) part.hidden = true;
    offer.focus();
  }

  /* --- What differs, as text --- */

  function plain(html) {
    const parsed = new DOMParser().parseFromString(html.replace(/<\/(p|h\d|li|tr|blockquote)>|<br\s*\/?>/g, "$&\n"), "text/html");
    return parsed.body.textContent.replace(/\s*\n\s*/g, "\n").trim();
  }

  /* What both begin and end with is left as it is; between them stands what differs. */
  function difference(before, after) {
    const old = before.split(/(\s+)/);
    const now = after.split(/(\s+)/);
    let start = 0;
    while (start < Math.min(old.length, now.length) && old[start] === now[start]) start += 1;
    let end = 0;
    while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
    const part = (words) => words.slice(start, words.length - end).join("");
    const marked = (name, text) => Object.assign(document.createElement(name), { textContent: text });
    const head = old.slice(Math.max(0, start - 20), start).join("");
    const tail = end ? old.slice(old.length - end, old.length - Math.max(0, end - 20)).join("") : "";
    return [
      start > 20 ? "… " : "", head,
      ...(part(old) ? [marked("del", part(old))] : []), ...(part(now) ? [marked("ins", part(now))] : []),
      tail, end > 20 ? " …" : "",
    ];
  }

  /* A row that was new has no place in the form yet: its name is that of then. */
  function labelOf(draft, key) {
    const { label, language } = desk.typed.labelOf(form, key, place.dataset.row);
    return { label: draft.labels?.[key] || label, language };
  }

  function comparison(draft, key, value) {
    const { label, language } = labelOf(draft, key);
    const words = draft.words?.[key];
    const isHtml = /<[a-z]/i.test(value) || /<[a-z]/i.test(shown.get(key) || "");
    const spoken = (one) => ({ "": place.dataset.no, on: place.dataset.yes })[one];
    const text = (one) => (isHtml ? plain(one) : desk.typed.isBox(form, key) ? spoken(one) : one);
    const before = text(words !== undefined ? desk.typed.chosenWords(form, key) : shown.get(key) ?? "");
    const after = text(words ?? value);
    const term = Object.assign(document.createElement("dt"), { textContent: label });
    const description = document.createElement("dd");
    if (language) description.lang = language;
    if (before === after) description.append(place.dataset.formatting);
    else description.append(...difference(before, after));
    if (!after) description.append(` (${place.dataset.empty})`);
    return [term, description];
  }

  /* --- Beginning --- */

  const editors = () => (window.CKEDITOR ? Object.values(CKEDITOR.instances) : []);
  const awaited = () => form.querySelectorAll("textarea[data-type=ckeditortype]:not([id*=__prefix__])").length;

  function whenEditorsAreReady(then) {
    const look = () => {
      const all = editors();
      if (all.length >= awaited() && all.every((editor) => editor.status === "ready")) then();
      else setTimeout(look, 100);
    };
    look();
  }

  function begin() {
    form.elements.draft.value = token;
    navigator.locks?.request(prefix + token, () => new Promise(() => {}));
    for (const name of ["input", "change"]) form.addEventListener(name, keepSoon);
    form.addEventListener("click", keepSoon); // rows that come and go
    for (const editor of editors()) desk.typed.watch(editor, keepSoon);
    if (isUnsaved) keep();
    else offerBack();
    if (changed().length) keepSoon(); // typed before the editors were there
    place.dataset.ready = "yes";
  }

  const ready = new Promise(whenEditorsAreReady).then(() => {
    shown = desk.typed.original(form);
    begin();
  });
  window.addEventListener("pagehide", () => { if (timer) keep(); });

  return { form, place, isDirty, keep, ready };
})();
