/** A location without user and password, whatever they hold: everything up to the last `@` goes. */
export const withoutSecret = (location: string): string => location.replace(/\/\/.*@/, '//');

/** The same of a URL, and without what follows its path: a presigned one has its signature there. */
export const shownUrl = (url: string): string => withoutSecret(url).replace(/[?#].*$/s, '');
