import { pino } from 'pino';
import { printable } from '../model/printable.js';
import type { Context } from './context.js';

export type LogFormat = 'text' | 'json';
type Value = string | number | null | undefined | readonly string[];
export type Fields = Record<string, Value>;

/** What a run that goes on says of itself, a line each on standard error. */
export interface Log {
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
}

const maxText = 1000;

/** Keys, reasons and bodies are others' text: what a terminal or a reader of logs would obey is spelt out. */
const safe = (value: Value): Value => {
  if (typeof value === 'string') return printable(value, maxText);
  return Array.isArray(value) ? value.map((text: string) => printable(text, maxText)) : value;
};

const safeFields = (fields: Fields): [string, Value][] =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, safe(value)]);

function textLog(context: Context): Log {
  const shown = (value: Value): string =>
    typeof value === 'string' && /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value);
  const line = (event: string, fields: Fields = {}): string => {
    const parts = safeFields(fields).map(([name, value]) => `${name}=${shown(value)}`);
    return `${[context.now().toISOString(), event, ...parts].join(' ')}\n`;
  };
  return {
    info: (event, fields) => context.note(line(event, fields)),
    warn: (event, fields) => context.err(line(`warning: ${event}`, fields)),
  };
}

function jsonLog({ err, now, version, quiet }: Context): Log {
  const logger = pino(
    {
      level: quiet ? 'warn' : 'info',
      base: { name: 'keytrail', version, pid: process.pid },
      timestamp: () => `,"time":${JSON.stringify(now().toISOString())}`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => err(line) },
  );
  return {
    info: (event, fields = {}) => logger.info(Object.fromEntries(safeFields(fields)), event),
    warn: (event, fields = {}) => logger.warn(Object.fromEntries(safeFields(fields)), event),
  };
}

export const openLog = (format: LogFormat, context: Context): Log =>
  format === 'json' ? jsonLog(context) : textLog(context);
