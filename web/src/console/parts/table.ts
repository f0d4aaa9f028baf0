export interface Column<T> {
  readonly id: string;
  readonly head: string;
  /** What a person reads, and what is exported where `raw` says nothing else. */
  readonly text: (row: T) => string;
  readonly raw?: (row: T) => string | undefined;
  /** What it is sorted by, where that is not the text. */
  readonly order?: (row: T) => string | number | undefined;
  readonly num?: boolean;
  readonly mono?: boolean;
  readonly hide?: boolean; // on narrow screens
  readonly cut?: boolean; // with an ellipsis
  readonly rich?: boolean; // drawn by the page
  readonly time?: boolean; // names the zone in the export
  readonly width?: string;
}
