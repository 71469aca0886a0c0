import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { parseCast, toCast } from './cast.ts';
import { screensOf } from './screens.ts';
import { castFile } from './terminal-picture.ts';
import { terminalSvg } from './terminal-svg.ts';

const options = { width: 20, height: 4, idleTimeLimit: 1 };
const recorded = (...pieces: readonly (readonly [number, Buffer])[]) => ({
	output: Buffer.concat([Buffer.from('Script started\n'), ...pieces.map(([, bytes]) => bytes)]),
	timing: pieces.map(([seconds, bytes]) => `${seconds} ${bytes.length}\n`).join(''),
});
const text = (written: string): Buffer => Buffer.from(written);
const rowsOf = async (...writes: readonly (readonly [number, string])[]) => {
	const cast = toCast(recorded(...writes.map(([at, one]) => [at, text(one)] as const)), options);
	const screens = await screensOf(parseCast(cast));
	return screens.map(({ at, rows }) => ({
		at: Number(at.toFixed(2)),
		rows: rows.map((row) => row.map((run) => run.text).join('')).filter((row) => row !== ''),
	}));
};

describe('a recorded terminal', () => {
	it('must be cut to pauses that a reader bears', () => {
		const cast = toCast(recorded([0.5, text('a')], [60, text('b')]), options);
		expect(parseCast(cast).writes).to.deep.equal([
			{ at: 0.5, text: 'a' },
			{ at: 1.5, text: 'b' },
		]);
	});

	it('must keep a character whole whose bytes came one after another', () => {
		const dash = text('–');
		const cast = toCast(recorded([0, dash.subarray(0, 1)], [0.1, dash.subarray(1)]), options);
		expect(
			parseCast(cast)
				.writes.map((one) => one.text)
				.join(''),
		).to.equal('–');
	});

	it('must be what stood on the terminal, moment by moment', async () => {
		const seen = await rowsOf(
			[0, 'one\r\ntwo'],
			[1, '\u001b[1Gtwice'],
			[1, '\u001b[H\u001b[2Jlast'],
		);
		expect(seen).to.deep.equal([
			{ at: 0, rows: ['one', 'two'] },
			{ at: 1, rows: ['one', 'twice'] },
			{ at: 2, rows: ['last'] },
		]);
	});

	it('must tell nothing of the computer that it was recorded on', () => {
		const root = path.resolve(import.meta.dirname, '../..');
		const cast = parseCast(readFileSync(path.join(root, castFile), 'utf8'));
		const said = cast.writes.map((one) => one.text).join('');
		expect(said).to.not.match(/(?<![\w:/.])\/(?!$)[a-z]+\/\w/i);
		expect(said).to.include('ready');
	});
});

describe('the picture of a terminal', () => {
	const draw = async (...writes: readonly (readonly [number, string])[]): Promise<string> => {
		const pieces = writes.map(([at, one]) => [at, text(one)] as const);
		const screens = await screensOf(parseCast(toCast(recorded(...pieces), options)));
		return terminalSvg(screens, { ...options, title: 'A & B', rest: 3 });
	};

	it('must show each row in its time', async () => {
		const svg = await draw([0, 'stays\r\n'], [1, 'goes'], [1, '\u001b[2Kcomes']);
		expect(svg).to.include('0%{visibility:visible}}'); // the first row, always
		expect(svg).to.include('0%{visibility:hidden}20%{visibility:visible}40%,to{visibility:hidden}');
		expect(svg).to.include('0%{visibility:hidden}40%{visibility:visible}}');
	});

	it('must show the last screen where nothing moves', async () => {
		const svg = await draw([0, 'goes'], [1, '\r\u001b[2Kstays']);
		expect(svg).to.match(/visibility="hidden"><tspan[^>]*>goes</);
		expect(svg).to.match(/class="s m\d+"><tspan[^>]*>stays</);
		expect(svg).to.include('prefers-reduced-motion');
	});

	it('must keep what is written from being taken for markup', async () => {
		const svg = await draw([0, '\u001b[1;32m<b>\u001b[0m & co']);
		expect(svg).to.include('class="c2 b">&lt;b&gt;<');
		expect(svg).to.include('>&amp; co<').and.to.include('<title>A &amp; B</title>');
	});
});
