import { spawn } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import type { JournalQuery } from '../ports/host-services.ts';
import { argumentsOf, createJournal } from './journal.ts';
import { makeTempTree, type TempTree } from './testing/temp-tree.ts';

const query: JournalQuery = { all: false, follow: false, format: 'short' };
const never = new AbortController().signal;

describe('the host’s journal', () => {
	let tree: TempTree;
	beforeEach(async () => {
		tree = await makeTempTree();
	});
	afterEach(() => tree.remove());

	/** The journal of a host whose journalctl is this script. @returns also what was started */
	async function journalOf(script: string) {
		await tree.write({ 'usr/bin/journalctl': `#!/bin/sh\n${script}\n` });
		await chmod(path.join(tree.root, 'usr/bin/journalctl'), 0o755);
		const started: ReturnType<typeof spawn>[] = [];
		const journal = createJournal({
			rootMountpoint: tree.root,
			start: (root, [program = '', ...args]) => {
				const child = spawn(path.join(root, 'usr/bin', program), args, {
					stdio: ['ignore', 'pipe', 'pipe'],
				});
				started.push(child);
				return child;
			},
		});
		return { journal, started };
	}

	async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
		let text = '';
		for await (const chunk of chunks) text += Buffer.from(chunk).toString();
		return text;
	}

	it('must glue each value to its option', () => {
		const asked = { ...query, all: true, follow: true, count: 5, unit: '--root=/', since: '-1h' };
		expect(argumentsOf({ ...asked, until: 'now', identifier: 'c0ffee' })).to.deep.equal([
			...['--no-pager', '--all', '--follow', '--unit=--root=/', '--identifier=c0ffee', '--lines=5'],
			...['--since=-1h', '--until=now', '--output=short'],
		]);
	});

	it('must give what journalctl writes', async () => {
		const { journal } = await journalOf('echo "$@"; echo done');
		const text = await textOf(await journal.read({ ...query, count: 2 }, never));
		expect(text).to.equal('--no-pager --lines=2 --output=short\ndone\n');
	});

	it('must say that the host has no journalctl', async () => {
		const journal = createJournal({ rootMountpoint: tree.root });
		const failure: unknown = await journal.read(query, never).catch((err: unknown) => err);
		expect(failure).to.include({ code: 'HOST_FAILED', message: 'The host has no journalctl' });
	});

	it('must fail with what journalctl complains of', async () => {
		const { journal } = await journalOf('echo "no such unit" >&2; exit 1');
		const failure: unknown = await textOf(await journal.read(query, never)).catch(
			(err: unknown) => err,
		);
		expect(failure).to.have.property('message', "The host's journal cannot be read: no such unit");
	});

	it('must end, with its process, when the signal fires', async () => {
		const { journal, started } = await journalOf('echo first; exec sleep 600');
		const stop = new AbortController();
		const seen: string[] = [];
		for await (const chunk of await journal.read({ ...query, follow: true }, stop.signal)) {
			seen.push(Buffer.from(chunk).toString());
			stop.abort();
		}
		expect(seen).to.deep.equal(['first\n']);
		expect(started.map(({ signalCode }) => signalCode)).to.deep.equal(['SIGKILL']);
	});

	it('must end its process when nobody reads on', async () => {
		const { journal, started } = await journalOf('echo first; exec sleep 600');
		for await (const chunk of await journal.read(query, never)) {
			expect(Buffer.from(chunk).toString()).to.equal('first\n');
			break;
		}
		expect(started.map(({ signalCode }) => signalCode)).to.deep.equal(['SIGKILL']);
	});

	it('must leave with the program what nobody has read yet', async () => {
		const bytes = 20_000_000;
		const { journal, started } = await journalOf(`head -c ${bytes} /dev/zero`);
		let seen = 0;
		for await (const chunk of await journal.read(query, never)) {
			seen += chunk.length;
			// whatever the program could write meanwhile
			await new Promise((resolve) => setImmediate(resolve));
			expect(started[0]?.stdout?.readableLength).to.be.below(1_000_000);
		}
		expect(seen).to.equal(bytes);
	});

	it('must fail when the program cannot be started', async () => {
		await tree.write({ 'usr/bin/journalctl': '' });
		const journal = createJournal({
			rootMountpoint: tree.root,
			start: (root) => spawn(path.join(root, 'nothing'), { stdio: ['ignore', 'pipe', 'pipe'] }),
		});
		const failure: unknown = await textOf(await journal.read(query, never)).catch(
			(err: unknown) => err,
		);
		expect(failure).to.have.property('code', 'HOST_FAILED');
	});
});
