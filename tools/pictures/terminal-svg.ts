import type { Row, Run, Screen } from './screens.ts';

export interface SvgOptions {
	/** Of the terminal, in characters. */
	readonly width: number;
	readonly height: number;
	readonly title: string;
	/** How long the last screen stays before all begins again, in seconds. */
	readonly rest: number;
}

const cell = { width: 8.43, height: 19 };
const margin = { side: 18, top: 44, bottom: 18 };
/** Readable on the dark ground that the picture brings along, whatever the page around it looks like. */
const palette = [
	...['#5c6773', '#f2777a', '#7fd962', '#ffcc66', '#73b8ff', '#d2a6ff', '#95e6cb', '#d9dfe7'],
	...['#8a95a3', '#ff8f8f', '#a6e88f', '#ffe08a', '#9dceff', '#e0c2ff', '#b8f0de', '#ffffff'],
];

/** A row that stood somewhere for a while. */
interface Stay {
	readonly row: Row;
	readonly line: number;
	readonly from: number;
	readonly to: number;
}

/**
 * The picture of a terminal that plays its screens over and over. It needs no script; where nothing moves (a reader who
 * wants it so, a printer) it shows the last screen.
 */
export function terminalSvg(screens: readonly Screen[], options: SvgOptions): string {
	const duration = (screens.at(-1)?.at ?? 0) + options.rest;
	const stays = staysOf(screens, { ...options, duration });
	const width = Math.ceil(options.width * cell.width + 2 * margin.side);
	const height = Math.ceil(options.height * cell.height + margin.top + margin.bottom);
	const moves = new Map<string, string>();
	const texts = stays.map((stay) => textOf(stay, nameOf(stay, duration, moves)));
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escape(options.title)}</title>
<style>
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d9dfe7;white-space:pre}
.b{font-weight:bold}.d{opacity:.65}
${palette.map((color, index) => `.c${index}{fill:${color}}`).join('')}
@media not (prefers-reduced-motion:reduce){
.s{animation:${duration.toFixed(2)}s step-end infinite}
${[...moves].map(([frames, name]) => `@keyframes ${name}{${frames}}.${name}{animation-name:${name}}`).join('\n')}
}
</style>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="9" fill="#161b22" stroke="#6e7681"/>
<circle cx="20" cy="20" r="6" fill="#f2777a"/><circle cx="40" cy="20" r="6" fill="#ffcc66"/><circle cx="60" cy="20" r="6" fill="#7fd962"/>
${texts.join('\n')}
</svg>
`;
}

function staysOf(
	screens: readonly Screen[],
	{ height, duration }: SvgOptions & { readonly duration: number },
): readonly Stay[] {
	return Array.from({ length: height }, (_, line) => staysOfLine(screens, line, duration)).flat();
}

function staysOfLine(screens: readonly Screen[], line: number, duration: number): Stay[] {
	const stays: Stay[] = [];
	for (const { at, rows } of screens) {
		const row = rows[line] ?? [];
		const last = stays.at(-1);
		if (last !== undefined && JSON.stringify(last.row) === JSON.stringify(row)) continue;
		if (last !== undefined) stays.splice(-1, 1, { ...last, to: at });
		stays.push({ row, line, from: at, to: duration });
	}
	return stays.filter(({ row }) => row.some(({ text }) => text.trim() !== ''));
}

/** The class that shows a row in its time, and nothing else; the frames of a new one are remembered. */
function nameOf({ from, to }: Stay, duration: number, moves: Map<string, string>): string {
	const percent = (at: number): string => `${Number(((at / duration) * 100).toFixed(2))}%`;
	const before = from === 0 ? '' : `0%{visibility:hidden}`;
	const after = to === duration ? '' : `${percent(to)},to{visibility:hidden}`;
	const frames = `${before}${percent(from)}{visibility:visible}${after}`;
	const name = moves.get(frames) ?? `m${moves.size}`;
	moves.set(frames, name);
	return to === duration ? `s ${name}` : `s ${name}" visibility="hidden`;
}

function textOf({ row, line }: Stay, className: string): string {
	const y = margin.top + (line + 0.75) * cell.height;
	return `<text y="${y}" class="${className}">${row.map(spanOf).join('')}</text>`;
}

function spanOf({ text, column, color, isBold, isDim }: Run): string {
	if (text.trim() === '') return '';
	const indent = text.length - text.trimStart().length;
	const shown = text.trim();
	const x = (margin.side + (column + indent) * cell.width).toFixed(1);
	const length = (shown.length * cell.width).toFixed(1);
	const classes = [
		...(color === undefined ? [] : [`c${color}`]),
		...(isBold ? ['b'] : []),
		...(isDim ? ['d'] : []),
	];
	const look = classes.length === 0 ? '' : ` class="${classes.join(' ')}"`;
	return `<tspan x="${x}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${look}>${escape(shown)}</tspan>`;
}

function escape(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
