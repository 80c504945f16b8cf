// Times as they are typed: the clock on the meeting's wall.

const wallClock = (zone: string) => new Intl.DateTimeFormat("en-CA", {
  timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
});

// known is the zone, or the browser's where it has none of that name.
export function known(zone: string): string {
  try { return zone ? wallClock(zone).resolvedOptions().timeZone && zone : here(); } catch { return here(); }
}

const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

// wall gives an instant as a field of the type datetime-local shows it.
export function wall(instant: string, zone: string): string {
  const at = new Date(instant);
  if (Number.isNaN(+at)) return "";
  const p = Object.fromEntries(wallClock(known(zone)).formatToParts(at).map((x) => [x.type, x.value]));
  return `${p["year"]}-${p["month"]}-${p["day"]}T${p["hour"]}:${p["minute"]}`;
}

// instant is when a clock in the zone shows what was typed; "" for nothing. Of an hour that comes twice it is the first.
export function instant(typed: string, zone: string): string {
  const wanted = Date.parse(typed + ":00Z");
  if (Number.isNaN(wanted)) return "";
  let at = wanted;
  // Twice, since the zone's distance from UTC may change in between.
  for (let i = 0; i < 2; i++) at += wanted - Date.parse(wall(new Date(at).toISOString(), zone) + ":00Z");
  return new Date(at).toISOString().replace(".000Z", "Z");
}
