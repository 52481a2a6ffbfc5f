import type { Command } from 'commander';
import type { Context } from './context.js';
import { collect } from './settings.js';

export const protectOption = (command: Command): Command =>
  command.option(
    '--protect <principals>',
    'ARNs or names, globs allowed, that must never be touched, break-glass above all (also KEYTRAIL_PROTECT)',
    collect,
  );

/** Principals named by flag or, separated by commas, in KEYTRAIL_PROTECT. */
export const protectedPrincipals = (flags: { protect?: string[] }, context: Context): string[] =>
  [...(flags.protect ?? []), ...(context.env.KEYTRAIL_PROTECT ?? '').split(',')]
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
