// The classes of a share and their colours, the same on the map, in tables and in the legend.

// Nothing at all is a class of its own; so is the target of 100 %.
export const STEPS = [0, 1e-6, 0.25, 0.5, 0.75, 0.9, 1];
export const LIMITS = ["0", ">0", "25", "50", "75", "90", "100"];

export const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
export const shade = (share) => `--c${STEPS.findLastIndex((step) => (share ?? 0) >= step)}`;

// How many households without a code a cell of the gaps holds.
export const GAPS = [1, 5, 20, 100, 500];
