/** No date that people read is later: the last second of the year 9999. */
const latest = 253_402_300_799;

/**
 * A commit's time in ISO 8601 with its zone, as `%cI` of git 2.39 prints it.
 * @param raw as a commit holds it: seconds since 1970 and a zone, `1700000000 +0100`. A time that
 *   cannot be is 1970 and a zone that cannot be is UTC: anybody can write any commit.
 */
export function isoDate(raw: string): string {
  const [, digits = "", sign = "+", hours = "00", minutes = "00"] =
    /^(\d+)(?: ([+-])(\d\d)([0-5]\d)$)?/.exec(raw) ?? [];
  const seconds = digits === "" || Number(digits) > latest ? 0 : Number(digits);
  const isZone = Number(hours) < 24 && seconds + 86_400 < latest;
  const offset = isZone ? (Number(hours) * 60 + Number(minutes)) * 60 * (sign === "-" ? -1 : 1) : 0;
  // `-0000` says that the zone is not known; git prints it as UTC.
  return `${localTime(seconds + offset)}${offset === 0 ? "+00:00" : `${sign}${hours}:${minutes}`}`;
}

const secondsOfDay = 86_400;
let known = { day: 0, text: "1970-01-01" };

/** Commits that follow each other are mostly of one day: its date is made once. */
function localTime(seconds: number): string {
  const day = Math.floor(seconds / secondsOfDay);
  if (day !== known.day)
    known = { day, text: new Date(day * secondsOfDay * 1000).toISOString().slice(0, 10) };
  const rest = seconds - day * secondsOfDay;
  return `${known.text}T${two(rest / 3600)}:${two((rest / 60) % 60)}:${two(rest % 60)}`;
}

function two(number: number): string {
  const whole = Math.floor(number);
  return whole < 10 ? `0${whole}` : `${whole}`;
}
