/* Unfold's language tabs are links without an address: here they become tabs that a keyboard and a screen reader know
   (ARIA Authoring Practices, "Tabs"). `?tab=ru` opens that language's tab. */
"use strict";

(() => {
  const LANGUAGES = ["be", "ru", "en"];

  function panelsOf(nav) {
    return [...nav.parentElement.parentElement.children].filter((part) => part.classList.contains("tab-wrapper"));
  }

  function show(tabs, chosen) {
    for (const tab of tabs) {
      const selected = tab === chosen;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
    }
  }

  function choose(tabs, tab) {
    tab.click();
    tab.focus();
    show(tabs, tab);
  }

  function onKey(event, tabs) {
    const at = tabs.indexOf(event.currentTarget);
    const steps = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: tabs.length - 1 };
    if (event.key in steps) {
      event.preventDefault();
      choose(tabs, tabs[(steps[event.key] + tabs.length) % tabs.length]);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(tabs, event.currentTarget);
    }
  }

  function makeTabs(nav) {
    const tabs = [...nav.querySelectorAll(":scope > a")];
    const panels = panelsOf(nav);
    if (!tabs.length || tabs.length !== panels.length) return;
    nav.setAttribute("role", "tablist");
    tabs.forEach((tab, index) => {
      tab.id ||= `language-tab-${index}`;
      panels[index].id ||= `language-panel-${index}`;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panels[index].id);
      panels[index].setAttribute("role", "tabpanel");
      panels[index].setAttribute("aria-labelledby", tab.id);
      tab.addEventListener("click", () => show(tabs, tab));
      tab.addEventListener("keydown", (event) => onKey(event, tabs));
    });
    show(tabs, tabs.find((tab) => tab.classList.contains("active")) || tabs[0]);
    openAsked(tabs, panels);
  }

  function openAsked(tabs, panels) {
    const asked = LANGUAGES.indexOf(new URLSearchParams(window.location.search).get("tab"));
    const hasErrors = panels.some((panel) => panel.querySelector(".errorlist"));
    if (asked in tabs && !hasErrors) tabs[asked].click();
  }

  /* What must be corrected may be far below the sentence that says so. A conflict is asked about first. */
  function showFirstError() {
    const field = document.querySelector("#content-main .field-line .errorlist")?.closest(".field-line");
    if (!field || document.getElementById("conflict")) return;
    const input = field.querySelector("input:not([type=hidden]), textarea, select");
    const show = () => field.scrollIntoView({ block: "center" });
    show();
    input?.focus({ preventScroll: true });
    // The editors, once they are there, move what is below them.
    window.CKEDITOR?.on("instanceReady", () => document.activeElement === input && show());
  }

  function start() {
    document.querySelectorAll("nav").forEach((nav) => {
      if (nav.parentElement.parentElement?.hasAttribute("x-data") && panelsOf(nav).length) makeTabs(nav);
    });
    setTimeout(showFirstError, 60); // once its tab is shown
  }

  /* What takes a row away has a sign only; its name is in what Django tells its own script. */
  function nameRemovers() {
    document.querySelectorAll("[data-inline-formset]").forEach((group) => {
      const name = JSON.parse(group.dataset.inlineFormset).options.deleteText;
      group.querySelectorAll("input.delete").forEach((input) => input.setAttribute("aria-label", name));
    });
  }

  // After Alpine has started, so that a click means something to it: it starts with the deferred scripts.
  document.addEventListener("DOMContentLoaded", () => setTimeout(start));
  document.addEventListener("DOMContentLoaded", nameRemovers);
})();
