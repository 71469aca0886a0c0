import { createRequire } from 'node:module';
import type * as Headless from '@xterm/headless';
import type { Cast } from './cast.ts';

// As CommonJS, whoever loads this file: what a default import gives is the loader's choice.
const xterm = createRequire(import.meta.url)('@xterm/headless') as typeof Headless;

/** Characters of one look. */
export interface Run {
	readonly text: string;
	readonly column: number;
	/** Number of one of the terminal's sixteen colours; absent: the usual one. */
	readonly color?: number;
	readonly isBold: boolean;
	readonly isDim: boolean;
}

export type Row = readonly Run[];

/** What stood on the terminal from a moment on. */
export interface Screen {
	/** Seconds since the start. */
	readonly at: number;
	readonly rows: readonly Row[];
}

/** Writes that come closer to one another than this, in seconds, make one screen. */
const resolution = 0.06;

/** The screens of a recording, one after another. */
export async function screensOf({ width, height, writes }: Cast): Promise<readonly Screen[]> {
	const terminal = new xterm.Terminal({ cols: width, rows: height, allowProposedApi: true });
	const screens: Screen[] = [];
	for (const [index, { at, text }] of writes.entries()) {
		await new Promise<void>((resolve) => terminal.write(text, resolve));
		const next = writes[index + 1];
		if (next === undefined || next.at - (screens.at(-1)?.at ?? 0) >= resolution)
			screens.push({ at, rows: rowsOf(terminal) });
	}
	terminal.dispose();
	return screens;
}

function rowsOf({ buffer: { active }, rows }: Headless.Terminal): readonly Row[] {
	return Array.from({ length: rows }, (_, index) => {
		const line = active.getLine(active.viewportY + index);
		return line === undefined ? [] : runsOf(line);
	});
}

function runsOf(line: Headless.IBufferLine): Row {
	const runs: Run[] = [];
	for (let column = 0; column < line.length; column++) {
		const cell = line.getCell(column);
		if (cell === undefined || cell.getWidth() === 0) continue;
		const run = toRun(cell, column);
		const last = runs.at(-1);
		if (last !== undefined && looksAlike(last, run))
			runs.splice(-1, 1, { ...last, text: last.text + run.text });
		else runs.push(run);
	}
	const last = runs.pop();
	const kept = last === undefined ? '' : last.text.trimEnd();
	return last === undefined || kept === '' ? runs : [...runs, { ...last, text: kept }];
}

function toRun(cell: Headless.IBufferCell, column: number): Run {
	return {
		text: cell.getChars() === '' ? ' ' : cell.getChars(),
		column,
		...(cell.isFgPalette() && cell.getFgColor() < 16 ? { color: cell.getFgColor() } : {}),
		isBold: cell.isBold() !== 0,
		isDim: cell.isDim() !== 0,
	};
}

function looksAlike(one: Run, other: Run): boolean {
	return one.color === other.color && one.isBold === other.isBold && one.isDim === other.isDim;
}
