// Makes the images that the tests with an engine need, where they are missing or old. Started by run.mjs beside the
// static checks; a suite that is run alone makes what it needs by itself.
import path from 'node:path';
import { deviceImage, testRegistryImage } from '../../test/integration/support/images.ts';
import { createTools } from '../dind/actions/create-tools.ts';
import { ensureCloudImage, ensureSupervisorImage } from '../dind/actions/ensure-images.ts';

const root = path.resolve(import.meta.dirname, '../..');
const tools = createTools({ root, signal: new AbortController().signal });

async function makeOthers(): Promise<void> {
	await testRegistryImage();
	await ensureCloudImage(tools);
}

await deviceImage(); // first: it makes the base images where they are missing
await Promise.all([
	ensureSupervisorImage(tools, { arch: 'amd64', tag: 'master', optimize: true }),
	makeOthers(),
]);
