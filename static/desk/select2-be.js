/* The words of Django's search-as-you-type choices (Select2) in Belarusian, which it does not ship. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const select2 = window.django?.jQuery?.fn.select2;
  if (!select2) return;
  // Django gives them the language "None" where it has no words; without it they speak the page's.
  document.querySelectorAll('select[lang="None"]').forEach((choice) => choice.removeAttribute("lang"));
  select2.amd.define("select2/i18n/be", [], () => ({
    errorLoading: () => "Не ўдалося загрузіць вынікі",
    inputTooLong: ({ input, maximum }) => `Тэкст задоўгі: лішніх знакаў ${input.length - maximum}`,
    inputTooShort: ({ input, minimum }) => `Упішыце больш: бракуе знакаў ${minimum - input.length}`,
    loadingMore: () => "Загружаюцца наступныя вынікі…",
    maximumSelected: ({ maximum }) => `Больш выбраць нельга: найбольш можна ${maximum}`,
    noResults: () => "Нічога не знойдзена",
    removeAllItems: () => "Прыбраць усё",
    removeItem: () => "Прыбраць",
    search: () => "Пошук",
    searching: () => "Ідзе пошук…",
  }));
});
