/** One measured figure beside what it is compared with. */
export interface Row {
	readonly question: string;
	readonly measured: string;
	/** How often it was measured; the figure is the median. */
	readonly rounds: number;
	/** The engine alone, in the same run; empty where there is no floor. */
	readonly floor: string;
	/** Ours divided by the floor; empty where there is no floor. */
	readonly ratio: string;
	/** What is aimed at. */
	readonly aim: string;
	/** balena-supervisor v19.0.5 on such a machine. */
	readonly peer: string;
	/** Whether the aim is met. */
	readonly met: boolean;
}

const headings = [
	...(['question', 'measured', 'rounds', 'floor', 'ratio', 'aim', 'peer', 'met'] as const),
];

/** The rows as an aligned Markdown table. */
export function toTable(rows: readonly Row[]): string {
	const cells = rows.map((row) => headings.map((name) => textOf(row[name])));
	const widths = headings.map((name, column) =>
		Math.max(name.length, ...cells.map((line) => line[column]?.length ?? 0)),
	);
	const lineOf = (line: readonly string[]): string =>
		`| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
	const ruler = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
	return [lineOf(headings), ruler, ...cells.map(lineOf)].join('\n');
}

function textOf(value: string | number | boolean): string {
	if (typeof value === 'boolean') return value ? 'yes' : 'no';
	return String(value);
}

/** The middle of the sorted values; of an even number, the lower of the two in the middle. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** The median of the rounds' ratios: what else the machine does changes from one round to the next. */
export function ratioOf(ours: readonly number[], floor: readonly number[]): number {
	return median(ours.map((time, round) => time / (floor[round] ?? Number.NaN)));
}

export const milliseconds = (value: number): string => `${value.toFixed(0)} ms`;
export const megabytes = (kib: number): string => `${(kib / 1024).toFixed(0)} MB`;
export const servicesText = (count: number): string =>
	count === 1 ? '1 service' : `${count} services`;
