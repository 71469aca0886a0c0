import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Command, Option } from 'commander';
import { createProgram } from '../cli/program.ts';
import type { Verbs } from '../cli/verb-types.ts';
import { SHELLS, toCompletion } from './completion.ts';

const nothing = () => Promise.resolve(0);
const verbs: Verbs = {
	...{ run: nothing, build: nothing, buildrun: nothing, refresh: nothing, logs: nothing },
	...{ status: nothing, plan: nothing, events: nothing, push: nothing, shell: nothing },
	...{ api: nothing, doctor: nothing, stop: nothing, bundle: nothing, import: nothing },
};
const program = createProgram({
	...{ verbs, arch: 'amd64', print: () => undefined, onExit: () => undefined },
});

const small = new Command('dindctl');
small
	.command('run')
	.summary("start a device's container")
	.option('-c, --config <file>', 'the [first] file')
	.addOption(new Option('--arch <arch>', 'processor').choices(['amd64', 'rpi']))
	.argument('[dir]');

describe('completion for bash', () => {
	const folder = mkdtempSync(join(tmpdir(), 'dindctl-completion-'));
	before(() => {
		writeFileSync(join(folder, 'script'), toCompletion(program, 'bash'));
		writeFileSync(join(folder, 'my-config.json'), '{}');
		mkdirSync(join(folder, 'my-app'));
		const docker = '#!/bin/sh\nprintf "lab\\nlab.2\\nlab\\n"\n';
		writeFileSync(join(folder, 'docker'), docker, { mode: 0o755 });
	});
	after(() => rmSync(folder, { recursive: true }));

	/** What bash offers for the last word. */
	function complete(...words: string[]): string[] {
		const script = [
			'source ./script',
			'COMP_WORDS=(./dindctl "$@") COMP_CWORD=$#',
			'_dindctl',
			'printf "%s\\n" "${COMPREPLY[@]}"',
		];
		const { stdout, stderr } = spawnSync(
			'bash',
			['--norc', '-c', script.join('\n'), 'bash', ...words],
			{
				cwd: folder,
				env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
				encoding: 'utf8',
				stdio: ['ignore', 'pipe', 'pipe'],
			},
		);
		expect(stderr).to.equal('');
		return stdout.split('\n').filter((word) => word !== '');
	}

	const cases = [
		{ words: ['bui'], offers: ['build', 'buildrun'] },
		{ words: ['run', '--mount'], offers: ['--mount-backup', '--mount-dist', '--mount-nm'] },
		{ words: ['run', '--arch', 'a'], offers: ['aarch64', 'amd64', 'armv7hf'] },
		{ words: ['run', '-a', 'r'], offers: ['rpi'] },
		{ words: ['run', '--config', 'my'], offers: ['my-app', 'my-config.json'] },
		{ words: ['push', 'my'], offers: ['my-app'] },
		{ words: ['push', '--json', 'my'], offers: ['my-app'] },
		{ words: ['status', '--name', ''], offers: ['lab', 'lab.2'] },
		{ words: ['run', '--api-port', ''], offers: [] },
		{ words: ['completion', ''], offers: ['bash', 'fish', 'zsh'] },
		{ words: ['nope', ''], offers: [] },
	];
	for (const { words, offers } of cases) {
		it(`must offer ${offers.join(', ') || 'nothing'} for: ${words.join(' ')}`, () => {
			expect(complete(...words).sort()).to.deep.equal(offers);
		});
	}

	it('must offer every command', () => {
		const names = program.commands.map((command) => command.name());
		expect(complete('')).to.include.members(names);
	});
});

describe('completion for the other shells', () => {
	it('must be exactly this for fish', () => {
		expect(toCompletion(small, 'fish')).to.equal(
			[
				'# Completion of dindctl for fish: ./dindctl completion fish | source',
				'complete -c dindctl -f',
				`complete -c dindctl -n __fish_use_subcommand -a run -d 'start a device\\'s container'`,
				`complete -c dindctl -n '__fish_seen_subcommand_from run' -l config -s c -r -F -d 'the [first] file'`,
				`complete -c dindctl -n '__fish_seen_subcommand_from run' -l arch -x -a 'amd64 rpi' -d 'processor'`,
				`complete -c dindctl -n '__fish_seen_subcommand_from run' -a '(__fish_complete_directories)'`,
				'',
			].join('\n'),
		);
	});

	it('must describe commands and options for zsh', () => {
		const script = toCompletion(small, 'zsh');
		expect(script).to.match(/^#compdef dindctl/);
		expect(script).to.include(`\t\t'run:start a device'\\''s container'\n`);
		expect(script).to.include(
			[
				'\t\t\t\trun)',
				'\t\t\t\t\t_arguments \\',
				`\t\t\t\t\t'--help[show this]' \\`,
				`\t\t\t\t\t'(-c --config)'{-c,--config}'[the \\[first\\] file]:value:_files' \\`,
				`\t\t\t\t\t'--arch[processor]:value:(amd64 rpi)' \\`,
				`\t\t\t\t\t'*:argument:_files -/'`,
				'\t\t\t\t\t;;',
			].join('\n'),
		);
	});

	for (const shell of SHELLS) {
		it(`must know every option of every command: ${shell}`, () => {
			const script = toCompletion(program, shell);
			const options = program.commands.flatMap((command) => command.options);
			const longs = options.map(({ long = '' }) => (shell === 'fish' ? long.slice(2) : long));
			expect(longs.filter((long) => !script.includes(long))).to.deep.equal([]);
		});
	}
});
