import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { parse } from 'yaml';
import { checkConfigJson, configJsonKeys } from '../../src/config/config-json.ts';
import { skipTest } from '../../test/support/skip-test.ts';
import { createCloud } from '../cloud/create-cloud.ts';
import { toDindStatus } from '../dind/status/device-status.ts';
import { renderStatus } from '../dind/status/render.ts';
import { isTitleIn } from './compatibility.ts';
import { blocksOf, type Block } from './documents.ts';
import { noPromtool, runPromtool } from './promtool.ts';
import { isRowOf, snippetRows } from './snippet-rows.ts';

const root = path.resolve(import.meta.dirname, '../..');
const list = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const documents = execFileSync('git', list, { cwd: root, encoding: 'utf8' })
	.split('\n')
	.filter((file) => file !== '' && existsSync(path.join(root, file)));
const snippets = documents.flatMap((file) =>
	blocksOf(read(file)).map((block) => ({ ...block, place: `${file}:${block.line}` })),
);

/** What is not for the shell; that is document-commands.ts's. */
describe('the snippets of the documents', () => {
	it('must each be looked at by a test, or be left out for a reason (a row of snippet-rows.ts)', () => {
		const rowsOf = (block: Block) => snippetRows.filter((row) => isRowOf(row, block));
		const others = snippets.filter(
			(block) => block.language !== 'sh' && rowsOf(block).length !== 1,
		);
		expect(others.map(({ place }) => place)).to.deep.equal([]);
		const idle = snippetRows.filter((row) => !snippets.some((block) => isRowOf(row, block)));
		expect(idle).to.deep.equal([]);
	});

	it('must be looked at by tests that are there', () => {
		const cited = snippetRows.flatMap((row) => ('by' in row ? [row.by] : []));
		const lost = cited.filter(([file, title]) => !isTitleIn(read(file), title));
		expect(lost).to.deep.equal([]);
	});

	it('must all be found: a fence stands at the beginning of its line', () => {
		const strange = documents.filter((file) => {
			const fences = [...read(file).matchAll(/^[ \t>]*(?:```|~~~)/gm)];
			return fences.length !== 2 * blocksOf(read(file)).length;
		});
		expect(strange).to.deep.equal([]);
	});

	for (const { text, place } of snippets.filter(({ language }) => language === 'json')) {
		const json: unknown = JSON.parse(text);
		const keys = Object.keys(typeof json === 'object' && json !== null ? json : {});
		it(`must be a config.json that is good as it stands: ${place}`, () => {
			expect(keys.filter((key) => !(key in configJsonKeys))).to.deep.equal([]);
			expect(checkConfigJson(json).ok).to.equal(true);
		});
	}

	for (const { text, place } of snippets.filter(({ language }) => language === 'yaml')) {
		if (text.startsWith('services:')) continue; // documents.test.ts
		it(`must be a configuration of Prometheus: ${place}`, function () {
			expect(parse(text)).to.have.property('scrape_configs');
			const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-snippet-'));
			const file = path.join(folder, 'prometheus.yml');
			writeFileSync(file, text);
			const checked = runPromtool(['check', 'config', '--syntax-only', file]);
			rmSync(folder, { recursive: true });
			if (checked.status === undefined) skipTest(this, noPromtool);
			expect(checked.status, checked.text).to.equal(0);
		});
	}

	for (const { text, place } of snippets.filter(({ language }) => language === 'ts')) {
		it(`must run as it stands: ${place}`, async () => {
			await runInNewContext(`(async () => {${text}})()`, { createCloud });
		});
	}

	it('must show of the log what the code writes', () => {
		const [shown] = snippets.filter(({ text }) => text.startsWith('info  no delta'));
		const writer = read('src/execute/delta-pulls.ts');
		for (const line of (shown?.text ?? '').split('\n')) {
			const [, level = '', message = '', reason] =
				/^(\w+) +(.*?)(?: reason="(.*)")?$/.exec(line) ?? [];
			expect(writer).to.match(new RegExp(`log\\.${level}\\([^']*'${message}'\\)`));
			if (reason === undefined) continue;
			const told = reason.replace('delta.example.com', '${host}').replace('404', '${status}');
			expect(read('src/cloud/delta-server.ts')).to.include(told);
		}
	});

	it('must show a status as dindctl prints it', () => {
		const shown = snippets.filter(({ text }) => text.startsWith('APP '));
		expect(shown).to.have.lengthOf(1);
		const [titles = '', ...rows] = (shown[0]?.text ?? '').split('\n');
		const services = rows.map((row) => row.split(/ {2,}/));
		const [[name = '', commit = ''] = []] = services;
		const printed = renderStatus(
			toDindStatus({
				...{ name: 'holdfast', deviceContainer: 'running', cloudContainer: 'running' },
				...{ config: undefined, problem: undefined, apiUrl: '', pageUrl: undefined },
				supervisor: {
					...{ device: {}, state: {}, deviceName: undefined },
					apps: {
						[name]: {
							commit,
							services: Object.fromEntries(
								services.map(([, , service = '', status = '']) => [service, { status }]),
							),
						},
					},
				},
			}),
			{ color: false },
		);
		expect(printed).to.include([titles, ...rows].join('\n'));
	});
});
