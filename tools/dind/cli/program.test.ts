import { expect } from 'chai';
import { CommanderError } from 'commander';
import { wordsOf } from '../../check/document-runs.ts';
import { createProgram } from './program.ts';
import type { Verbs } from './verb-types.ts';

interface Call {
	readonly verb: string;
	readonly args: readonly unknown[];
}

function createRecorder() {
	const calls: Call[] = [];
	const record =
		(verb: string) =>
		(...args: readonly unknown[]) => {
			calls.push({ verb, args });
			return Promise.resolve(0);
		};
	const verbs: Verbs = {
		run: record('run'),
		build: record('build'),
		buildrun: record('buildrun'),
		refresh: record('refresh'),
		logs: record('logs'),
		status: record('status'),
		plan: record('plan'),
		events: record('events'),
		push: record('push'),
		bundle: record('bundle'),
		import: record('import'),
		shell: record('shell'),
		api: record('api'),
		doctor: record('doctor'),
		stop: record('stop'),
	};
	return { calls, verbs };
}

async function parse(
	line: string,
	writeOut: (text: string) => void = () => undefined,
): Promise<Call | undefined> {
	const { calls, verbs } = createRecorder();
	const program = createProgram({
		verbs,
		arch: 'amd64',
		print: () => undefined,
		onExit: () => undefined,
	});
	for (const command of [program, ...program.commands]) {
		command.exitOverride().configureOutput({ writeOut, writeErr: () => undefined });
	}
	await program.parseAsync(line.split(' '), { from: 'user' });
	return calls[0];
}

async function exitCodeOf(line: string, writeOut?: (text: string) => void): Promise<number> {
	try {
		await parse(line, writeOut);
		return 0;
	} catch (thrown) {
		if (thrown instanceof CommanderError) return thrown.exitCode;
		throw thrown;
	}
}

describe('command line of dindctl', () => {
	const logs = [
		{ line: 'logs', journal: [] },
		{
			line: 'logs -fn 100 -u resin-supervisor-dind',
			journal: ['-fn', '100', '-u', 'resin-supervisor-dind'],
		},
		{ line: 'logs --name x -n 20', journal: ['-n', '20'], name: 'x' },
		{ line: 'logs --no-pager -o cat -t web', journal: ['--no-pager', '-o', 'cat', '-t', 'web'] },
	];
	for (const { line, journal, name = 'holdfast' } of logs) {
		it(`must hand journalctl its arguments unparsed: ${line}`, async () => {
			const call = await parse(line);
			expect(call?.args[0]).to.deep.equal(journal);
			expect(call?.args[1]).to.include({ name });
		});
	}

	it('must run with the defaults of the README', async () => {
		const call = await parse('run');
		expect(call?.args[0]).to.include({
			name: 'holdfast',
			arch: 'amd64',
			tag: 'master',
			preload: false,
			mountDist: false,
			ssh: false,
			optimize: true,
			clean: true,
			apiPort: 48484,
		});
	});

	it('must take the flags of 2017, short and long', async () => {
		const call = await parse(
			'run -a aarch64 -i me/s:1 -t v1 -c my.json -p -n --mount-dist --mount-nm --mount-backup --dind-image me/os:1 --ssh',
		);
		expect(call?.args[0]).to.include({
			arch: 'aarch64',
			image: 'me/s:1',
			tag: 'v1',
			config: 'my.json',
			preload: true,
			mountBackup: true,
			dindImage: 'me/os:1',
			optimize: false,
			mountDist: true,
			mountNm: true,
			ssh: true,
		});
	});

	const printed = [
		{ line: 'run --image resin/amd64-supervisor:master', verb: 'run' },
		{ line: 'run --image resin/amd64-supervisor:master --mount-dist', verb: 'run' },
		{ line: 'refresh', verb: 'refresh' },
		{ line: 'run --image resin/amd64-supervisor:master --preload', verb: 'run' },
		{ line: 'run --image resin/amd64-supervisor:master --ssh', verb: 'run' },
		{ line: 'logs', verb: 'logs' },
		{ line: 'logs -fn 100 -u resin-supervisor-dind', verb: 'logs' },
		{ line: 'stop', verb: 'stop' },
		{ line: 'build --tag master --arch amd64', verb: 'build' },
	];
	for (const { line, verb } of printed) {
		it(`must take a command as the README of 2018 prints it: ${line}`, async () => {
			expect((await parse(line))?.verb).to.equal(verb);
		});
	}

	const ports = [
		{ line: 'run', is: { apiPort: 48484, pagePort: 8080, cloudPort: 48400, count: 1 } },
		{ line: 'run --count 3', is: { apiPort: 48484, count: 3, name: 'holdfast' } },
		{ line: 'run --name a.3', is: { apiPort: 48504, pagePort: 8100, cloudPort: 48400 } },
		{ line: 'run --name a.3 --api-port 9', is: { apiPort: 9, pagePort: 8100 } },
		{ line: 'run --local', is: { enginePort: 2375 } },
		{ line: 'run --local --name a.2', is: { enginePort: 2385 } },
		{ line: 'run --local --engine-port 9', is: { enginePort: 9 } },
	];
	for (const { line, is } of ports) {
		it(`must settle the ports: ${line}`, async () => {
			expect((await parse(line))?.args[0]).to.include(is);
		});
	}

	it('must publish no engine unless it is asked for', async () => {
		expect((await parse('run'))?.args[0]).to.not.have.property('enginePort');
	});

	for (const line of [
		'nope',
		'run --count 0',
		'run --count 21',
		'stop --nope',
		'run --nope',
		'run --api-port 0',
		'run --arch vax',
		'push',
		'run --name A/B',
		'bundle',
		'bundle . --arch vax',
		'bundle . --id x',
		'import',
	]) {
		it(`must refuse: ${line}`, async () => {
			expect(await exitCodeOf(line)).to.equal(1);
		});
	}

	for (const name of [
		...['run', 'build', 'buildrun', 'refresh', 'status', 'plan', 'events', 'logs', 'push'],
		...['bundle', 'import', 'shell', 'api', 'doctor', 'stop', 'completion'],
	]) {
		it(`must explain itself, and do nothing else: ${name}`, async () => {
			const [, ...words] = wordsOf('./dindctl <command> --help', { '<command>': name });
			const said: string[] = [];
			expect(await exitCodeOf(words.join(' '), (text) => said.push(text))).to.equal(0);
			expect(said.join('')).to.include(`Usage: dindctl ${name}`).and.include('--help');
		});
	}

	it('must hand a shell its command', async () => {
		expect((await parse('shell docker ps -a'))?.args[0]).to.deep.equal(['docker', 'ps', '-a']);
	});

	it('must open a shell in a service, options of its command left alone', async () => {
		const call = await parse('shell --service web ls --all');
		expect(call?.args[0]).to.deep.equal(['ls', '--all']);
		expect(call?.args[1]).to.include({ service: 'web' });
	});

	for (const line of ['stop', 'refresh', 'status']) {
		it(`must mean one device or all of a group: ${line}`, async () => {
			expect((await parse(line))?.args.at(-1)).to.include({ all: false });
			expect((await parse(`${line} --all`))?.args.at(-1)).to.include({ all: true });
		});
	}

	for (const line of [
		...['run', 'buildrun', 'build', 'refresh', 'status', 'plan .', 'events', 'push .'],
		...['api GET /ping', 'doctor', 'stop', 'bundle .', 'import a.tar'],
	]) {
		it(`must answer scripts: ${line} --json`, async () => {
			expect((await parse(`${line} --json`))?.args.at(-1)).to.include({ json: true });
		});
	}

	const looks = [
		{ line: 'status --watch', verb: 'status', options: { watch: true, json: false } },
		{ line: 'plan examples/hello --app hello', verb: 'plan', options: { app: 'hello' } },
		{ line: 'events --types step --all', verb: 'events', options: { types: 'step', all: true } },
	];
	for (const { line, verb, options } of looks) {
		it(`must look: ${line}`, async () => {
			const call = await parse(line);
			expect(call?.verb).to.equal(verb);
			expect(call?.args.at(-1)).to.include(options);
		});
	}

	it('must bundle a folder as another app, for another processor, into a file', async () => {
		const call = await parse('bundle my/app -o a.tar -a aarch64 --app x --uuid u --id 7');
		expect(call).to.deep.equal({
			verb: 'bundle',
			args: [
				'my/app',
				{ output: 'a.tar', arch: 'aarch64', app: 'x', uuid: 'u', id: 7, json: false },
			],
		});
	});

	it('must import a bundle, over update locks when asked to', async () => {
		const call = await parse('import a.tar --force --name x');
		expect(call?.args).to.deep.equal(['a.tar', { name: 'x', force: true, json: false }]);
	});

	const preloads = [
		{ line: 'run --preload', is: { preload: true } },
		{ line: 'run -p --ssh', is: { preload: true, ssh: true } },
		{ line: 'run --preload examples/hello', is: { preload: true, preloadDir: 'examples/hello' } },
	];
	for (const { line, is } of preloads) {
		it(`must preload: ${line}`, async () => {
			const call = await parse(line);
			expect(call?.args[0]).to.include(is);
			if (!('preloadDir' in is)) expect(call?.args[0]).not.to.have.property('preloadDir');
		});
	}

	it('must hand the API its body', async () => {
		expect((await parse('api POST /v1/blink {}'))?.args[0]).to.deep.equal({
			method: 'POST',
			path: '/v1/blink',
			body: '{}',
		});
	});
});
