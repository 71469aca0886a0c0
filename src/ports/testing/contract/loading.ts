import { expect } from 'chai';
import { findImage } from '../../../model/image-reference.ts';
import type { EngineUnderTest } from '../engine-under-test.ts';
import { imageArchive } from '../image-archive.ts';
import { expectCode, never, ownName } from './expecting.ts';

/** Images that come in an archive. */
export function loadingContract(under: () => EngineUnderTest): void {
	const has = async (reference: string) =>
		findImage(await under().engine.listImages(never), reference) !== undefined;
	const newName = (): string => `${ownName('load')}:1`;

	it('must have the images of an archive under their names, as often as it is loaded', async () => {
		const { engine } = under();
		const names = [newName(), `bundle.invalid/a/${ownName('b')}:${'1'.repeat(64)}`];
		const mark = names.join();
		await engine.loadImages(imageArchive(names, { mark }), never);
		await engine.loadImages(imageArchive(names, { mark }), never);
		for (const name of names) {
			expect(await has(name), name).to.equal(true);
			await engine.removeImage(name, never);
			expect(await has(name), name).to.equal(false);
		}
	});

	for (const without of ['manifest.json', 'layer.tar', 'config.json']) {
		it(`must refuse an archive without ${without}, and have no image of it`, async () => {
			const name = newName();
			const archive = imageArchive([name], { mark: name, without });
			await expectCode(under().engine.loadImages(archive, never), 'ENGINE_REFUSED');
			expect(await has(name)).to.equal(false);
		});
	}

	it('must fail as an archive fails that breaks off, and have no image of it', async () => {
		const name = newName();
		const failure = new Error('cut');
		const broken = async function* (): AsyncGenerator<Uint8Array> {
			yield* imageArchive([name], { mark: name });
			throw failure;
		};
		const thrown = await under()
			.engine.loadImages(broken(), never)
			.catch((err: unknown) => err);
		expect(thrown).to.equal(failure);
		expect(await has(name)).to.equal(false);
	});

	it('must stop when the signal fires', async () => {
		const stop = new AbortController();
		const reason = new Error('enough');
		const endless = async function* (): AsyncGenerator<Uint8Array> {
			yield await Promise.resolve(Buffer.alloc(0));
			stop.abort(reason);
			await new Promise(() => undefined);
		};
		const thrown = await under()
			.engine.loadImages(endless(), stop.signal)
			.catch((err: unknown) => err);
		expect(thrown).to.equal(reason);
	});
}
