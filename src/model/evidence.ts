/**
 * How many cells of each column speak for which way of reading it (decimal mark, order of dates, sides): by column, then
 * by what is counted. What lines of a file say adds up, in any order.
 */
export type Evidence = Readonly<Record<string, Readonly<Record<string, number>>>>;
