/** Gives each name an id of its own: letters, digits, `_`, `.` and `-`; the same name the same id. */
export interface Ids {
  readonly of: (name: string) => string;
}

/** @param taken ids that may not be given */
export function idGiver(fallback: string, taken: Iterable<string> = []): Ids {
  const used = new Set(taken);
  const known = new Map<string, string>();
  return {
    of: (name) => {
      const seen = known.get(name);
      if (seen !== undefined) return seen;
      const wanted = slug(name, fallback);
      let id = wanted;
      for (let n = 2; used.has(id); n++) id = `${wanted}-${n}`;
      used.add(id);
      known.set(name, id);
      return id;
    },
  };
}

/** A name in the characters of an id. */
export function slug(name: string, fallback: string): string {
  const made = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 150);
  return made === '' ? fallback : made;
}

/** A name as the category of a template: letters, digits and `_`. */
export function categoryOf(name: string): string {
  const words = slug(name, 'imported')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
  const short = words.replace(/_(?:alerts?|rules?|alerting)$/, '').slice(0, 60);
  return short === '' ? 'imported' : short;
}

const ID = /^[A-Za-z0-9_.-]{1,200}$/;

export const isId = (text: string): boolean => ID.test(text);
