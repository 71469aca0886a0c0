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
import { blocksOf } from './documents.ts';
import { noPromtool, runPromtool } from './promtool.ts';

const root = path.resolve(import.meta.dirname, '../..');
const list = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
const snippets = execFileSync('git', list, { cwd: root, encoding: 'utf8' })
	.split('\n')
	.filter((file) => file !== '' && existsSync(path.join(root, file)))
	.flatMap((file) =>
		blocksOf(readFileSync(path.join(root, file), 'utf8')).map((block) => ({
			...block,
			place: `${file}:${block.line}`,
		})),
	);

/** What is not for the shell; that is document-commands.ts's. */
describe('the snippets of the documents', () => {
	it('must be of a language that is checked here or in documents.test.ts', () => {
		const checked = ['', 'sh', 'json', 'yaml', 'ts'];
		const others = snippets.filter(({ language }) => !checked.includes(language));
		expect(others.map(({ place }) => place)).to.deep.equal([]);
	});

	for (const { text, place } of snippets.filter(({ language }) => language === 'json')) {
		const json: unknown = JSON.parse(text);
		const keys = Object.keys(typeof json === 'object' && json !== null ? json : {});
		if (!keys.some((key) => key in configJsonKeys)) continue;
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
