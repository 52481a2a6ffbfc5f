/** What a reader can narrow a whole dashboard to. */
export type Filter = 'time' | 'account' | 'region' | 'key';

export type Draw = 'table' | 'bar' | 'line' | 'donut' | 'number' | 'map';

/** Where a click on a value leads: to a dashboard narrowed to it, or to a question with it as a parameter. */
export type Drill = { dashboard: string; filter: Exclude<Filter, 'time'> } | { question: string; parameter: string };

export interface Panel {
  /** Unique within the dashboard. */
  id: string;
  title: string;
  /** Id of a question. */
  question: string;
  draw: Draw;
  width: 'full' | 'half' | 'third' | 'quarter';
  /** The question's own parameters as texts, where they are not to have their defaults. */
  parameters: Record<string, string>;
  /** Of a table, in order. */
  columns: string[];
  /** Bars, slices: what they stand for. Line: a time. Map: a country code (ISO 3166-1). */
  x: string | null;
  /** What is measured; null: rows are counted. */
  y: string | null;
  measure: 'sum' | 'distinct' | 'max';
  /** Bar, line: a colour for each value. */
  series: string | null;
  every: 'hour' | 'day';
  /** Bar, donut: so many of the largest. */
  top: number;
  /** By column. */
  drill: Record<string, Drill>;
}

/** One file dashboards/<id>.yaml. */
export interface Dashboard {
  id: string;
  title: string;
  description: string;
  filters: Filter[];
  panels: Panel[];
}
