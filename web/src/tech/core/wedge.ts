// A hardware scanner types faster than any person and ends with Enter: its code counts wherever the screen is.

const SLOWEST_MS = 50; // between two characters of a scanner
const SHORTEST = 4; // characters; fewer are typed by hand

export class Wedge {
  #text = '';
  #last = 0;

  /** Feeds one key, `at` in ms. Returns the code when Enter ends one, else "". */
  key(key: string, at: number): string {
    const fast = at - this.#last <= SLOWEST_MS;
    this.#last = at;
    if (key === 'Enter') {
      const code = fast ? this.#text : '';
      this.#text = '';
      return code.length >= SHORTEST ? code : '';
    }
    if (key.length !== 1) return ''; // Shift and its like
    this.#text = fast ? this.#text + key : key;
    return '';
  }
}
