const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const isoLike = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;
/** Between the time and AM stands, since Java 20, a narrow no-break space. */
const wordy = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4}),? (\d{1,2}):(\d{2}):(\d{2})\s([AP])M$/;

/**
 * A time as a record has it, in ISO 8601 UTC with milliseconds; null for what is none. Answers of STS are logged as
 * `Mar 4, 2026, 4:19:21 AM`, in UTC.
 */
export function iso(text: string | null): string | null {
  if (text === null) return null;
  const parts = wordy.exec(text);
  const [, month = '', day, year, hour, minute, second, half] = parts ?? [];
  const time = parts
    ? Date.UTC(
        Number(year),
        months.indexOf(month),
        Number(day),
        (Number(hour) % 12) + (half === 'P' ? 12 : 0),
        Number(minute),
        Number(second),
      )
    : isoLike.test(text)
      ? Date.parse(text)
      : Number.NaN;
  return Number.isNaN(time) || (parts && !months.includes(month)) ? null : new Date(time).toISOString();
}

export const latest = (times: readonly (string | null)[]): string | null =>
  times.reduce((last, time) => (time !== null && (last === null || time > last) ? time : last), null);

export const earliest = (times: readonly (string | null)[]): string | null =>
  times.reduce((first, time) => (time !== null && (first === null || time < first) ? time : first), null);
