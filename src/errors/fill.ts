/** What stands in a text in the place of `{name}`. */
export type Figures = Readonly<Record<string, string | number>>;

/** Replaces `{name}` by the figure of that name; an unknown name stays visible. */
export function fill(text: string, figures: Figures): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(figures[name] ?? whole));
}
