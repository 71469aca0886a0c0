import { expect } from 'chai';
import { findImage } from '../../../model/image-reference.ts';
import { sleeperSpec, type EngineUnderTest } from '../engine-under-test.ts';
import { expectCode, never, ownName } from './expecting.ts';

/** Images: pulled with progress, named, and removed by name. */
export function imageContract(under: () => EngineUnderTest): void {
	const has = async (reference: string) =>
		findImage(await under().engine.listImages(never), reference) !== undefined;

	it('must have the image after a pull, and tell progress that never falls', async () => {
		const { engine, pullableImage } = under();
		const percents: number[] = [];
		await engine.removeImage(pullableImage, never);
		await engine.pullImage(pullableImage, {
			signal: never,
			onProgress: (percent) => percents.push(percent),
		});
		expect(await has(pullableImage)).to.equal(true);
		expect(percents.every(Number.isInteger)).to.equal(true);
		expect(percents).to.deep.equal([...percents].sort((a, b) => a - b));
		expect(percents.at(-1)).to.equal(100);
		await engine.pullImage(pullableImage, { signal: never });
	});

	it('must say that the registry has no such image', async () => {
		const { engine, missingImage } = under();
		const err = await expectCode(
			engine.pullImage(missingImage, { signal: never }),
			'IMAGE_PULL_FAILED',
		);
		expect(err.message).to.include(missingImage);
	});

	it('must name an image, and take the name away again, as often as asked', async () => {
		const { engine, image } = under();
		const name = `${ownName('i')}:tag`;
		await engine.tagImage(image, name, never);
		await engine.tagImage(image, name, never);
		expect(await has(name)).to.equal(true);
		await engine.removeImage(name, never);
		await engine.removeImage(name, never);
		expect(await has(name)).to.equal(false);
		expect(await has(image)).to.equal(true);
	});

	it('must refuse to name an image that is not there', async () => {
		const { engine, missingImage } = under();
		await expectCode(engine.tagImage(missingImage, ownName('i'), never), 'ENGINE_NOT_FOUND');
	});

	it('must keep an image that a container uses', async () => {
		const { engine, pullableImage } = under();
		await engine.pullImage(pullableImage, { signal: never });
		const spec = sleeperSpec(ownName('c'), pullableImage);
		await engine.createContainer(spec, never);
		await expectCode(engine.removeImage(pullableImage, never), 'ENGINE_REFUSED');
		await engine.removeContainer(spec.name, never);
		await engine.removeImage(pullableImage, never);
		expect(await has(pullableImage)).to.equal(false);
	});
}
