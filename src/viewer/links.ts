import type { Drill } from '../dashboards/types.js';
import { address, type Query } from './address.js';
import { kindOf, kindTitles } from './pivots.js';

/** Where a value leads, and what its link says of that. */
export interface Lead {
  to: string;
  hint: string;
}

/** Where the value of a column leads; null: nowhere. */
export type LeadOf = (column: string, value: string) => Lead | null;

/** From a value to every question that takes it. */
export const pivotLeads =
  (about: Query): LeadOf =>
  (column, value) => {
    const kind = kindOf(column, value);
    if (kind === null) return null;
    return { to: address(['pivot'], { ...about, kind, value }), hint: `Ask about this ${kindTitles[kind]}` };
  };

const filterNames = { account: 'accounts', region: 'regions', key: 'key' } as const;

/** What a filter takes: another text would be refused where the link leads. */
const filterValues = { account: /^\d{12}$/, region: /^[a-z]{2,4}(?:-[a-z]+)+-\d$/, key: /^[A-Z0-9]{16,128}$/ } as const;

const fits = (drill: Drill, value: string): boolean => !('filter' in drill) || filterValues[drill.filter].test(value);

/** More is no name, and no link should be as long. */
const longest = 512;

/** From a value to where a panel says that it leads, or else to its questions. */
export function drillLeads(drills: Readonly<Record<string, Drill>>, about: Query): LeadOf {
  const pivot = pivotLeads(about);
  return (column, value) => {
    const drill = Object.hasOwn(drills, column) ? drills[column] : undefined;
    if (!drill || value.length > longest || !fits(drill, value)) return pivot(column, value);
    if ('dashboard' in drill)
      return {
        to: address(['dashboard', drill.dashboard], { ...about, [filterNames[drill.filter]]: value }),
        hint: `Open the dashboard of this ${drill.filter}`,
      };
    return {
      to: address(['question', drill.question], { ...about, ask: '1', [drill.parameter]: value }),
      hint: `Ask ${drill.question} about it`,
    };
  };
}
