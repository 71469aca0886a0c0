import { expect } from 'chai';
import { silentLogger } from '../kit/logger.ts';
import { SupervisorError } from '../kit/errors.ts';
import type { BundleFile } from '../ports/bundle-file.ts';
import { createBundleInbox } from './bundle-inbox.ts';
import type { BundleImports } from './import-bundle.ts';

interface Stage {
	/** What was done, in order. */
	readonly log: string[];
	/** Resolves when the pauses are over and the job only waits for its end. */
	readonly run: () => Promise<void>;
}

const invalid = new SupervisorError('damaged', { code: 'BUNDLE_INVALID', retry: 'never' });
const away = new SupervisorError('away', { code: 'ENGINE_UNAVAILABLE' });

function stage(paths: readonly string[], failures: Record<string, Error[]>, why?: string): Stage {
	const log: string[] = [];
	const fileOf = (path: string): BundleFile => ({
		path,
		async *read() {
			yield await Promise.resolve(Buffer.from(path));
		},
		retire: () => Promise.resolve(void log.push(`retire ${path}`)),
	});
	const imports: BundleImports = {
		async importBundle(source) {
			for await (const chunk of source) {
				const path = Buffer.from(chunk).toString();
				const failure = failures[path]?.shift();
				log.push(`import ${path}`);
				if (failure !== undefined) throw failure;
			}
			return { uuid: 'u', name: 'hello', commit: 'c' };
		},
	};
	const end = new AbortController();
	const last = (): void => void setImmediate(() => end.abort());
	const inbox = createBundleInbox({
		folders: [
			{ list: () => Promise.resolve(paths.map(fileOf)) },
			{ list: () => Promise.resolve(log.length === 0 ? (last(), []) : []) },
		],
		...{ imports, obstacle: () => Promise.resolve(why), retryDelayMs: 5, log: silentLogger },
		clock: { sleep: () => Promise.resolve(void log.push('pause')) },
		announce: (message) => void log.push(message),
	});
	return { log, run: () => inbox.run(end.signal) };
}

describe('createBundleInbox', () => {
	it('must import what lies there, and rename it', async () => {
		const { log, run } = stage(['/d/a.tar', '/d/b.tar'], {});
		await run();
		expect(log).to.deep.equal([
			...['import /d/a.tar', 'retire /d/a.tar', 'Imported hello from /d/a.tar'],
			...['import /d/b.tar', 'retire /d/b.tar', 'Imported hello from /d/b.tar'],
		]);
	});

	it('must tell one that is not good, leave it, and go on', async () => {
		const { log, run } = stage(['/d/a.tar', '/d/b.tar'], { '/d/a.tar': [invalid] });
		await run();
		expect(log).to.deep.equal([
			...['import /d/a.tar', 'Cannot import /d/a.tar: damaged'],
			...['import /d/b.tar', 'retire /d/b.tar', 'Imported hello from /d/b.tar'],
		]);
	});

	it('must not read one again and again for which there is no room', async () => {
		const full = new SupervisorError('full', { code: 'NO_SPACE' });
		const { log, run } = stage(['/d/a.tar'], { '/d/a.tar': [full] });
		await run();
		expect(log).to.deep.equal(['import /d/a.tar', 'Cannot import /d/a.tar: full']);
	});

	it('must wait for an engine that is away, and say so once', async () => {
		const { log, run } = stage(['/d/a.tar'], { '/d/a.tar': [away, away] });
		await run();
		expect(log).to.deep.equal([
			...['import /d/a.tar', 'Cannot import /d/a.tar: away', 'pause', 'import /d/a.tar', 'pause'],
			...['import /d/a.tar', 'retire /d/a.tar', 'Imported hello from /d/a.tar'],
		]);
	});

	it('must leave them alone, and say why, where somebody else has the say', async () => {
		const { log, run } = stage(['/d/a.tar'], {}, 'The cloud says what runs here');
		await run();
		expect(log).to.deep.equal(['Not imported: /d/a.tar. The cloud says what runs here']);
	});
});
