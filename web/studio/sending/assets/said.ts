// What is said aloud to people who do not see it.

import { one } from "../../desk/assets/dom";

const pause = 800; // milliseconds in which more may come, to be said together

let saying: string[] = [], later = 0;

// say tells something to people who do not see it, a moment later and together with what else there is.
export function say(text: string): void {
  saying.push(text);
  clearTimeout(later);
  later = setTimeout(() => { one("#said").textContent = saying.join(" "); saying = []; }, pause);
}
