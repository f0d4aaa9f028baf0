// One polite line for what an action did: seen at the foot of the page and read out by screen readers. Never the only
// record of a failure.

class Said {
  text = $state('');
  #timer: ReturnType<typeof setTimeout> | undefined;
  say(text: string): void {
    this.text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.text = ''), 8000);
  }
}
export const said = new Said();
