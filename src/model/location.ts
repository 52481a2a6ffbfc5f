/** A location without user and password, whatever they hold: everything up to the last `@` goes. */
export const withoutSecret = (location: string): string => location.replace(/\/\/.*@/, '//');
