import { expect } from 'chai';
import type { DryRun } from '../../model/v3/plan.ts';
import { appKey, depsOf } from '../testing/fixture.ts';
import { serve } from './testing/agent.ts';
import { createConformance } from './testing/conforms.ts';

const never = new AbortController().signal;

describe('POST /v3/plan', () => {
	const conforms = createConformance();

	it('must give the plan as data and as text', async () => {
		const { ask, calls } = serve();
		const answer = await ask('POST /v3/plan?keepOthers=1', { body: { apps: {} } });
		conforms('POST /v3/plan', answer);
		const { isEmpty, text, services } = answer.body as DryRun;
		expect(isEmpty).to.equal(false);
		expect(text).to.deep.equal([
			'#1 startContainer main (not running)',
			'#2 startContainer main (not running)',
		]);
		expect(services[0]).to.deep.equal({
			...{ appUuid: 'uuid-1', serviceName: 'main', change: 'start', isInterrupted: false },
			strategy: 'download-then-kill',
		});
		expect(calls.log).to.deep.equal(['plan {"apps":{}} true false']);
	});

	it('must tell how much would be downloaded, where the registries do', async () => {
		const { v3 } = depsOf({ log: [] });
		const downloadsOf = async (images: readonly string[]): Promise<DryRun> => {
			const world = await v3.dryRun({ document: {}, keepOthers: false, force: false }, never);
			const steps = images.map((image) => ({
				...{ kind: 'pullImage' as const, id: image, resource: image, cause: 'absent', after: [] },
				...{ image, services: [] },
			}));
			const dryRun = () => Promise.resolve({ ...world, plan: { steps } });
			const answer = await serve({ v3: { ...v3, dryRun } }).ask('POST /v3/plan');
			conforms('POST /v3/plan', answer);
			return answer.body as DryRun;
		};
		const all = await downloadsOf(['known:1', 'known:2']);
		expect([all.downloadBytes, all.downloads[0]?.sizeBytes]).to.deep.equal([14, 7]);
		const some = await downloadsOf(['known:1', 'other:2']);
		expect([some.downloadBytes, some.downloads[1]?.sizeBytes]).to.deep.equal([
			undefined,
			undefined,
		]);
	});

	it('must show the holder of an app’s key its own app only', async () => {
		const { ask } = serve();
		const answer = await ask('POST /v3/plan', { key: appKey });
		conforms('POST /v3/plan', answer);
		expect((answer.body as DryRun).steps.map(({ appUuid }) => appUuid)).to.deep.equal(['uuid-1']);
		const foreign = await ask('POST /v3/plan', { key: appKey, body: { apps: { 'uuid-2': {} } } });
		conforms('POST /v3/plan', foreign);
		expect(foreign.status).to.equal(401);
	});

	it('must refuse a document of the wrong form', async () => {
		const answer = await serve().ask('POST /v3/plan', { body: { apps: [] } });
		conforms('POST /v3/plan', answer);
		expect(answer.status).to.equal(400);
	});
});
