import { SupervisorError } from '../../kit/errors.ts';
import { silentLogger } from '../../kit/logger.ts';
import { storedImage } from '../../ports/testing/state-store-contract.ts';
import { openAt } from './temp-store.ts';

// Child process of the fault tests: writes what belongs together until it is killed, says each number when the write of
// it has resolved, and ends when the store refuses.
const store = await openAt(process.argv[2] ?? '', silentLogger);
const filler = 'x'.repeat(20_000);

async function write(count: number): Promise<void> {
	await store.saveTarget({ source: 'cloud', document: { count, filler }, etag: `${count}` });
	await store.recordImages([storedImage({ reference: `image-${count % 50}`, releaseId: count })]);
	await store.setSetting('count', count);
	process.stdout.write(`${count}\n`);
}

try {
	for (let count = Number((await store.getSetting('count')) ?? 0) + 1; ; count += 1) {
		await write(count);
	}
} catch (err) {
	process.stdout.write(
		err instanceof SupervisorError ? `${err.code} ${err.message}\n` : `${String(err)}\n`,
	);
	await store.close();
}
