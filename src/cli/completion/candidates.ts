import type { Argument, Command, Option } from 'commander';
import { jobNames } from '../../jobs/names.js';
import { listedQuestions } from '../../queries/catalogue.js';

/** What may stand where the cursor is. */
export interface Candidate {
  value: string;
  description: string;
}

export interface Completion {
  candidates: Candidate[];
  /** What the name of a file or folder may follow there, `''` or `duckdb:`: the shell knows these better. Null: none. */
  files: string | null;
}

const nothing: Completion = { candidates: [], files: null };
const named = (values: readonly string[], description = ''): Candidate[] =>
  values.map((value) => ({ value, description }));

const files: Completion = { candidates: [], files: '' };

async function questions(): Promise<Completion> {
  const listed = await listedQuestions();
  return { candidates: listed.map(({ id, title }) => ({ value: id, description: title })), files: null };
}

/** A file in the working directory is anybody's: bash puts its name into the line as it is. */
const plainJobs = (): string[] => jobNames().filter((name) => /^[\w.-]+$/.test(name));

/** What the tree of commands doesn't list itself, by the name of an argument or a flag, or what it calls its value. */
const sources: Readonly<Record<string, () => Promise<Completion>>> = {
  id: questions,
  ids: questions,
  source: async () => files,
  '--job': async () => ({ candidates: named(plainJobs()), files: '' }),
  '<file>': async () => files,
  '<folder>': async () => files,
  '<dir>': async () => files,
  '<path>': async () => files,
  '<place>': async () => files,
};

/** A candidate that a file's name follows, such as `duckdb:FILE`. */
const isFile = /:FILE$/;

/** `duckdb:` and `opensearch:` where the help says `duckdb:FILE or opensearch:URL`. */
const prefixesIn = (description: string): Candidate[] =>
  [...description.matchAll(/\b([a-z]+:)([A-Z_]{3,}\S*)/g)].map(([, value = '', rest = '']) => ({
    value,
    description: `${value}${rest.replace(/[,;)]+$/, '')}`,
  }));

interface Valued {
  /** Under any of which it may stand in `sources`. */
  names: readonly string[];
  choices: readonly string[] | undefined;
  description: string;
}

async function valuesOf({ names, choices, description }: Valued): Promise<Completion> {
  if (choices) return { candidates: named(choices), files: null };
  const source = names.map((name) => sources[name]).find((each) => each !== undefined);
  const found = source ? await source() : nothing;
  return { ...found, candidates: [...found.candidates, ...prefixesIn(description)] };
}

const ofOption = ({ flags, long, argChoices, description }: Option): Valued => ({
  names: [long ?? '', /<[^>]+>/.exec(flags)?.[0] ?? ''],
  choices: argChoices,
  description,
});

const ofArgument = (argument: Argument): Valued => ({
  names: [argument.name()],
  choices: argument.argChoices,
  description: argument.description,
});

/** Where the words before the cursor lead to. */
interface Place {
  command: Command;
  /** Arguments that the command has already. */
  operands: number;
  /** The flag whose value comes next. */
  awaiting: Option | undefined;
  /** `--` was there: nothing is a flag any more. */
  ended: boolean;
}

function placeAfter(words: readonly string[], program: Command): Place {
  const place: Place = { command: program, operands: 0, awaiting: undefined, ended: false };
  for (const word of words) {
    const { command } = place;
    if (place.awaiting) place.awaiting = undefined;
    else if (word === 'help' && command.commands.length > 0) continue;
    else if (word === '--' && !place.ended) place.ended = true;
    else if (word.startsWith('-') && !place.ended) {
      const option = command.options.find(({ long, short }) => word === long || word === short);
      if (option && (option.required || option.optional)) place.awaiting = option;
    } else {
      const sub = place.operands === 0 ? command.commands.find((each) => each.name() === word) : undefined;
      if (sub) place.command = sub;
      else place.operands++;
    }
  }
  return place;
}

function flagsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) => (long ? [{ value: long, description }] : []));
}

async function operandOf({ command, operands, ended }: Place): Promise<Completion> {
  const help = command.createHelp();
  const commands =
    operands === 0 && !ended
      ? help
          .visibleCommands(command)
          .map((each) => ({ value: each.name(), description: help.subcommandDescription(each) }))
      : [];
  const args = command.registeredArguments;
  const last = args.at(-1);
  const argument = args[operands] ?? (last?.variadic ? last : undefined);
  const values = argument ? await valuesOf(ofArgument(argument)) : nothing;
  return { ...values, candidates: [...commands, ...values.candidates] };
}

/**
 * What may stand in place of the last of these words, which follow `keytrail` and of which the last is begun or empty;
 * all of it comes from the tree of commands.
 */
export async function complete(words: readonly string[], program: Command): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const place = placeAfter(words.slice(0, -1), program);
  const begun = ({ candidates, files: plain }: Completion, flag = ''): Completion => {
    const all = candidates.map(({ value, description }) => ({ value: flag + value, description }));
    const fileAfter = all.find(({ value, description }) => isFile.test(description) && current.startsWith(value));
    return {
      candidates: all.filter(({ value }) => value.startsWith(current) && value !== fileAfter?.value),
      files: fileAfter?.value ?? (plain === null ? null : flag + plain),
    };
  };
  if (place.awaiting) return begun(await valuesOf(ofOption(place.awaiting)));
  if (!current.startsWith('-') || place.ended) return begun(await operandOf(place));
  const [, flag] = /^(--[^=]+)=/.exec(current) ?? [];
  if (flag === undefined) return begun({ candidates: flagsOf(place.command), files: null });
  const option = place.command.options.find(({ long }) => long === flag);
  return option ? begun(await valuesOf(ofOption(option)), `${flag}=`) : nothing;
}
