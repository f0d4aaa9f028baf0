// What a person changed in the settings. Pure.

interface Field {
  readonly name: string;
  readonly value?: string | undefined;
}

/** Only what is not as it was; an emptied field goes back to the file, or to its default. */
export function changes_of(
  fields: readonly Field[],
  typed: Readonly<Record<string, string>>,
): Record<string, string | null> {
  const list = fields
    .filter(({ name, value }) => (typed[name] ?? '') !== (value ?? ''))
    .map(({ name }): [string, string | null] => [name, typed[name] || null]);
  return Object.fromEntries(list);
}

/** Whether the hub's `field` of a problem ("url", "settings.url") is this one: "url" is not "base_url". */
export const is_field = (said: string | undefined, name: string) =>
  said === name || said?.endsWith(`.${name}`) === true || said?.endsWith(`/${name}`) === true;

/** "80, 100" → [80, 100]; undefined where it is no list of whole percentages above 0. */
export function read_percents(text: string): number[] | undefined {
  const parts = text.split(/[,;\s]+/).filter(Boolean);
  if (parts.length === 0 || !parts.every((part) => /^\d{1,4}$/.test(part) && Number(part) > 0)) return undefined;
  return parts.map(Number);
}
