import leven from 'leven';

const most = 3;

/**
 * Of these names the ones that somebody may have meant, nearest first: those that the text begins or contains, and those
 * that differ from it in few letters.
 */
export function nearest(text: string, names: readonly string[]): string[] {
  const typed = text.toLowerCase();
  const farthest = Math.min(4, Math.max(2, Math.floor(typed.length / 3)));
  return names
    .map((name) => ({ name, far: distance(typed, name, farthest) }))
    .filter(({ far }) => far <= farthest)
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

/** Letters that differ; between a name and a part of it only one more than none. */
function distance(typed: string, name: string, farthest: number): number {
  const letters = leven(typed.slice(0, 200), name, { maxDistance: farthest + 1 });
  return typed.length > 2 && name.includes(typed) ? Math.min(letters, 1) : letters;
}
