/**
 * Schedules of jobs, as Hermes reads them: `parse_schedule` in cron/jobs.py of 0.17.0 to 0.19.0, which asks croniter 6.0.0.
 * The forms were run there.
 */

export type ParsedSchedule =
  | { readonly kind: "cron"; readonly expr: string; readonly display: string }
  | { readonly kind: "interval"; readonly minutes: number; readonly display: string };

/** Why a schedule is none, as a clause. */
export interface BadSchedule {
  readonly problem: string;
  readonly fix: string;
}

const FORMS = 'write five fields of cron, such as "0 9 * * 1-5", or "every 2h"';

export function parseSchedule(text: string): ParsedSchedule | BadSchedule {
  const given = text.trim();
  if (/^every /i.test(given)) return interval(given.slice(5).trim());
  const fields = given.split(/\s+/);
  if (fields.length >= 5 && fields.slice(0, 5).every((field) => /^[\d*,/-]+$/.test(field)))
    return cron(given, fields);
  if (duration(given) !== undefined)
    return {
      problem: "is a single run, counted from when the job is made",
      fix: `write "every ${given}" for one that repeats`,
    };
  if (/^\d{4}-\d\d-\d\d/.test(given))
    return { problem: "is a single run, which no later boot could tell from a new one", fix: FORMS };
  if (fields.length >= 5)
    return {
      problem: "has names or signs that Hermes does not read: it knows digits and `* - , /`",
      fix: FORMS,
    };
  return { problem: "is no schedule to Hermes", fix: FORMS };
}

export function isSchedule(parsed: ParsedSchedule | BadSchedule): parsed is ParsedSchedule {
  return "kind" in parsed;
}

const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440 };

function duration(text: string): number | undefined {
  const [, count = "", unit = ""] =
    /^(\d+)\s*(m|mins?|minutes?|h|hrs?|hours?|d|days?)$/.exec(text.toLowerCase()) ?? [];
  const minutes = Number(count) * (MINUTES[unit.charAt(0)] ?? 0);
  return count === "" ? undefined : minutes;
}

/** Ten years. Python's dates have an end, and a job that does not run within this is a slip. */
const LONGEST_MINUTES = 10 * 366 * 1440;

function interval(text: string): ParsedSchedule | BadSchedule {
  const minutes = duration(text);
  if (minutes === undefined)
    return {
      problem: "is no interval to Hermes",
      fix: 'write a whole number and m, h or d, such as "every 30m"',
    };
  if (minutes < 1 || minutes > LONGEST_MINUTES)
    return { problem: "is too short or too long between two runs", fix: "write from 1 minute to 10 years" };
  return { kind: "interval", minutes, display: `every ${minutes}m` };
}

const FIELDS = [
  { name: "minute", first: 0, last: 59 },
  { name: "hour", first: 0, last: 23 },
  { name: "day of the month", first: 1, last: 31 },
  { name: "month", first: 1, last: 12 },
  { name: "day of the week", first: 0, last: 7 },
] as const;

function cron(expr: string, fields: readonly string[]): ParsedSchedule | BadSchedule {
  if (fields.length > FIELDS.length) {
    const problem = `has ${fields.length} fields, and Hermes takes the sixth for seconds, although it looks once a minute`;
    return { problem, fix: FORMS };
  }
  const values: (ReadonlySet<number> | undefined)[] = [];
  for (const [i, field] of fields.entries()) {
    const row = FIELDS[i];
    const found = row && valuesOf(field, row.first, row.last);
    if (row === undefined || found === undefined)
      return {
        problem: `its ${row?.name ?? "field"} is ${JSON.stringify(field)}, which croniter rejects`,
        fix: `write ${row?.first} to ${row?.last}, in lists (1,2), ranges (1-5) and steps (*/5)`,
      };
    values.push(found);
  }
  if (!comes(values[2], values[3])) return { problem: "names a day that no month has", fix: FORMS };
  return { kind: "cron", expr, display: expr };
}

/** Undefined for a field that croniter rejects. */
function valuesOf(field: string, first: number, last: number): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const part of field.split(",")) {
    const [, range = "", from = "", to = from, step = "1"] =
      /^(\*|(\d{1,4})(?:-(\d{1,4}))?)(?:\/(\d{1,4}))?$/.exec(part) ?? [];
    const every = Number(step);
    if (range === "" || every < 1) return undefined;
    const start = range === "*" ? first : Number(from);
    // `5/10` goes on to the end, and `22-2` over it.
    const end = range === "*" || (!range.includes("-") && part.includes("/")) ? last : Number(to);
    if (start < first || start > last || end < first || end > last) return undefined;
    const length = end >= start ? end - start : last - start + (end - first) + 1;
    for (let i = 0; i <= length; i += every) values.add(((start - first + i) % (last - first + 1)) + first);
  }
  return values;
}

const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether one of the months has one of the days. */
function comes(days: ReadonlySet<number> = new Set(), months: ReadonlySet<number> = new Set()): boolean {
  return [...months].some((month) => [...days].some((day) => day <= (LONGEST_MONTHS[month - 1] ?? 0)));
}
