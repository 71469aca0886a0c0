import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '../..');

const { version } = z
	.object({ version: z.string() })
	.parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));

/** Loads every library of the supervisor and uses it a little; prints one line of JSON. */
const PROGRAM = `
import express from 'express';
import knex from 'knex';
import Docker from 'dockerode';
import request from 'request-promise';
import Bluebird from 'bluebird';
import isEqual from 'lodash/isEqual.js';
import { TypedError } from 'typed-error';
import { z } from 'zod';
import { pino } from 'pino';
pino({ level: 'silent' }).info('quiet');
const db = knex({ client: 'sqlite3', connection: { filename: ':memory:' }, useNullAsDefault: true });
const app = express();
app.use(express.json());
app.post('/', (asked, answer) => { answer.json(asked.body); });
const server = app.listen(0, '127.0.0.1', async () => {
	const uri = 'http://127.0.0.1:' + server.address().port + '/';
	const echo = await request({ method: 'POST', uri, json: true, body: { a: 1 } });
	const [{ sum }] = await db.raw('select 1 + 1 as sum');
	const refused = await request('http://127.0.0.1:1/').catch((error) => error.name);
	const [mapped] = await Bluebird.map([1], async (n) => n);
	const parsed = z.object({ a: z.number() }).safeParse(echo).success && !z.string().safeParse(1).success;
	console.log(JSON.stringify({
		echo, sum, refused, mapped, parsed, equal: isEqual([1], [1]), typed: new TypedError('x') instanceof Error,
		engine: typeof new Docker({ socketPath: '/nowhere' }).listContainers, version: __VERSION__,
	}));
	await db.destroy();
	server.close();
});
`;

describe('npm run build', () => {
	let folder: string;

	before(() => {
		// Inside the project, so that the program finds its packages.
		mkdirSync(join(ROOT, '.cache'), { recursive: true });
		folder = mkdtempSync(join(ROOT, '.cache/build-test-'));
		writeFileSync(join(folder, 'program.ts'), PROGRAM);
	});

	after(() => rmSync(folder, { recursive: true }));

	function build(...options: string[]) {
		const args = ['--entry', join(folder, 'program.ts'), '--outfile', join(folder, 'out.cjs')];
		return spawnSync(process.execPath, ['tools/build/build.mjs', ...args, ...options], {
			cwd: ROOT,
			encoding: 'utf8',
		});
	}

	for (const options of [[], ['--minify']]) {
		it(`must make a file in which every library works ${options.join('')}`, () => {
			expect(build(...options)).to.include({ status: 0, stderr: '' });
			const { stdout, stderr } = spawnSync(process.execPath, [join(folder, 'out.cjs')], {
				encoding: 'utf8',
			});
			expect(JSON.parse(stdout || stderr)).to.deep.equal({
				echo: { a: 1 },
				sum: 2,
				refused: 'RequestError',
				mapped: 1,
				parsed: true,
				equal: true,
				typed: true,
				engine: 'function',
				version,
			});
		});
	}

	it('must leave out what the supervisor never uses', () => {
		const { stdout } = build('--analyze');
		expect(stdout).to.contain('node_modules/express/');
		expect(stdout).not.to.match(
			/node_modules\/(ssh2|@grpc|protobufjs|tldts|aws4|http-signature|sqlite3)\//,
		);
	});

	it('must explain itself, and refuse an option that it does not know', () => {
		expect(build('--help').stdout).to.contain('--minify');
		expect(build('--fast').status).to.equal(2);
	});
});
