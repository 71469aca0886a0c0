import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseCast } from './cast.ts';
import { screensOf } from './screens.ts';
import { terminalSvg } from './terminal-svg.ts';

/** The recorded terminal, an asciicast; `asciinema play` plays it, too. */
export const castFile = 'docs/terminal.cast';

/** The README's picture of {@link castFile}. */
export async function makeTerminalPicture(): Promise<string> {
	const root = path.resolve(import.meta.dirname, '../..');
	const cast = parseCast(await readFile(path.join(root, castFile), 'utf8'));
	return terminalSvg(await screensOf(cast), {
		width: cast.width,
		height: cast.height,
		rest: 4,
		title:
			'A terminal: ./dindctl run brings up a device, a changed app is planned, pushed and watched',
	});
}
