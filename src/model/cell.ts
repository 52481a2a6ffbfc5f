import type { CellValue, Column, Row } from './question.js';

/** A time as `YYYY-MM-DDTHH:mm:ssZ`; text that is no time stays as it is. */
export function isoTime(value: Date | string | number): string {
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return String(value);
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** A value of any engine as its column's type; null where there is none. */
export function cell(value: unknown, type: Column['type']): CellValue {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'timestamp':
      return isoTime(value instanceof Date || typeof value === 'number' ? value : String(value));
    case 'integer':
    case 'double': {
      const number = Number(value);
      return Number.isNaN(number) ? null : number;
    }
    case 'boolean':
      return value === true || value === 'true' || value === 1;
    default:
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
}

/** Orders text as UTF-8 bytes do, which is how DuckDB, Trino and OpenSearch order it. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // UTF-16 puts surrogates (astral characters) below U+E000 to U+FFFF; UTF-8 puts them above.
    const astral = (unit: number) => (unit >= 0xd800 && unit <= 0xdfff ? 1 : 0);
    return astral(x) - astral(y) || x - y;
  }
  return a.length - b.length;
}

function compareCells(a: CellValue, b: CellValue): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return Number(a) - Number(b);
}

/** Compares rows by `order` (`-name` is descending), nulls last either way. */
export function rowOrder(order: readonly string[]): (a: Row, b: Row) => number {
  const keys = order.map((key) => (key.startsWith('-') ? { name: key.slice(1), sign: -1 } : { name: key, sign: 1 }));
  return (a, b) => {
    for (const { name, sign } of keys) {
      const x = a[name] ?? null;
      const y = b[name] ?? null;
      if (x === null || y === null) {
        if (x !== y) return x === null ? 1 : -1;
        continue;
      }
      const difference = compareCells(x, y);
      if (difference !== 0) return sign * difference;
    }
    return 0;
  };
}
