// The time zone of this machine as the first guess, as long as nobody chose another one.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const list of document.querySelectorAll("select[data-guess-zone]")) {
  const untouched = list.value === "UTC" && !document.querySelector(".summary");
  if (untouched && [...list.options].some((each) => each.value === zone)) list.value = zone;
}
