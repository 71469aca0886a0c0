import type { World } from './testing/world.ts';
import { testScenarios, withContainer } from './testing/scenario.ts';
import type { AppSketch } from './testing/sketch.ts';

const one: AppSketch = { services: { web: {} } };
const next = { commit: 'c2', releaseId: 2 };
const back: AppSketch = {
	services: {
		web: { compose: { networks: ['back'] } },
		aside: { compose: { network_mode: 'host' } },
	},
	networks: { back: {} },
};
const data: AppSketch = {
	services: { web: { compose: { volumes: ['data:/data'] } } },
	volumes: { data: {} },
};

function observing(change: (observed: World['observed']) => Partial<World['observed']>) {
	return (world: World): World => ({
		...world,
		observed: { ...world.observed, ...change(world.observed) },
	});
}

const imagesGone = observing(() => ({ images: [] }));
const tagMoved = observing(({ images }) => ({
	images: images.map((image) => ({ ...image, engineImageId: 'sha256:moved' })),
}));

describe('the plan for images', () => {
	testScenarios([
		{
			name: 'pull an image once for the services that share it',
			target: { services: { a: { image: 'x:1' }, b: { image: 'x:1' } } },
			plan: [
				'#1 pullImage a, b (image absent)',
				'#2 createNetwork default (absent on engine)',
				'#3 createContainer a after #1 #2 (absent on engine)',
				'#4 startContainer a after #3 (absent on engine)',
				'#5 createContainer b after #1 #2 (absent on engine)',
				'#6 startContainer b after #5 (absent on engine)',
				'#7 recordCommit hello after #4 #6 (release is applied)',
			],
		},
		{
			name: 'pull nothing that is there, under whichever of its names',
			before: { services: { web: { image: 'x' } } },
			target: { ...next, services: { other: { image: 'x:latest' } } },
			plan: [
				'#1 takeLocks hello (running services are about to change)',
				'#2 createContainer other (absent on engine)',
				'#3 startContainer other after #2 (absent on engine)',
				'#4 stopContainer web after #1 (service not in target)',
				'#5 removeContainer web after #4 (service not in target)',
				'#6 releaseLocks hello after #3 #5 (the change is done)',
				'#7 recordCommit hello after #6 (release is applied)',
			],
		},
		{
			name: 'replace a container whose tag points to another image now',
			before: one,
			since: tagMoved,
			target: one,
			plan: [
				'#1 takeLocks hello (running services are about to change)',
				'#2 stopContainer web after #1 (new image)',
				'#3 removeContainer web after #2 (new image)',
				'#4 createContainer web after #3 (new image)',
				'#5 startContainer web after #4 (new image)',
				'#6 releaseLocks hello after #5 (the change is done)',
			],
		},
		{
			name: 'leave a container alone whose image the engine forgot',
			before: one,
			since: imagesGone,
			target: one,
			plan: [],
		},
		{
			name: 'stop nothing while an image can never be had',
			before: { services: { db: {}, web: {} } },
			target: { ...next, services: { db: { image: 'db:2' }, web: { image: 'web:2' }, extra: {} } },
			more: { refusedImages: ['web:2'] },
			plan: [
				'#1 pullImage db (image absent)',
				'#2 pullImage extra (image absent)',
				'#3 createContainer extra after #2 (absent on engine)',
				'#4 startContainer extra after #3 (absent on engine)',
			],
		},
		{
			name: 'keep back what depends on a service that cannot be made',
			target: { services: { db: {}, web: { compose: { depends_on: ['db'] } }, aside: {} } },
			more: { refusedImages: ['db:1'] },
			plan: [
				'#1 pullImage web (image absent)',
				'#2 pullImage aside (image absent)',
				'#3 createNetwork default (absent on engine)',
				'#4 createContainer aside after #2 #3 (absent on engine)',
				'#5 startContainer aside after #4 (absent on engine)',
			],
		},
	]);
});

describe('the plan for networks', () => {
	testScenarios([
		{
			name: 'remake a drifted network after its containers are gone, and leave others alone',
			before: back,
			target: { ...back, networks: { back: { internal: true } } },
			plan: [
				'#1 takeLocks hello (running services are about to change)',
				'#2 stopContainer web after #1 (network back is made anew)',
				'#3 removeContainer web after #2 (network back is made anew)',
				'#4 removeNetwork back after #3 (configuration drifted)',
				'#5 createNetwork back after #4 (configuration drifted)',
				'#6 createContainer web after #3 #5 (network back is made anew)',
				'#7 startContainer web after #6 (network back is made anew)',
				'#8 releaseLocks hello after #7 (the change is done)',
			],
		},
		{
			name: 'remake a drifted network in a new release',
			before: back,
			target: { ...back, ...next, networks: { back: { internal: true } } },
			plan: [
				'#1 takeLocks hello (running services are about to change)',
				'#2 stopContainer web after #1 (network back is made anew)',
				'#3 removeContainer web after #2 (network back is made anew)',
				'#4 removeNetwork back after #3 (configuration drifted)',
				'#5 createNetwork back after #4 (configuration drifted)',
				'#6 createContainer web after #3 #5 (network back is made anew)',
				'#7 startContainer web after #6 (network back is made anew)',
				'#8 renameContainer aside after #1 (release changed, its configuration did not)',
				'#9 releaseLocks hello after #7 #8 (the change is done)',
				'#10 recordCommit hello after #9 (release is applied)',
			],
		},
		{
			name: 'remove a network that the release does not name, after its containers',
			before: back,
			target: { ...next, services: { web: {} } },
			plan: [
				'#1 takeLocks hello (running services are about to change)',
				'#2 createContainer web (configuration drifted)',
				'#3 stopContainer web after #1 #2 (configuration drifted)',
				'#4 startContainer web after #3 (configuration drifted)',
				'#5 removeContainer web after #4 (configuration drifted)',
				'#6 stopContainer aside after #1 (service not in target)',
				'#7 removeContainer aside after #6 (service not in target)',
				'#8 removeNetwork back after #5 (network not in target)',
				'#9 releaseLocks hello after #7 #8 (the change is done)',
				'#10 recordCommit hello after #9 (release is applied)',
			],
		},
		{
			name: 'keep a network that it does not name while a container that stays uses it',
			before: back,
			since: withContainer('aside', { networks: ['app1_back'] }),
			target: { ...back, networks: {}, services: { web: {}, aside: back.services!.aside! } },
			plan: [
				'#1 takeLocks hello (running services are about to change)',
				'#2 stopContainer web after #1 (configuration drifted)',
				'#3 removeContainer web after #2 (configuration drifted)',
				'#4 createContainer web after #3 (configuration drifted)',
				'#5 startContainer web after #4 (configuration drifted)',
				'#6 releaseLocks hello after #5 (the change is done)',
			],
		},
		{
			name: 'make a network that somebody removed, and what had lost it',
			before: back,
			since: (world) =>
				withContainer('web', { state: 'exited' })(
					observing(({ networks }) => ({
						networks: networks.filter(({ name }) => name !== 'app1_back'),
					}))(world),
				),
			target: back,
			plan: [
				'#1 createNetwork back (absent on engine)',
				'#2 removeContainer web (network back is made anew)',
				'#3 createContainer web after #1 #2 (network back is made anew)',
				'#4 startContainer web after #3 (network back is made anew)',
			],
		},
	]);
});

describe('the plan for volumes', () => {
	testScenarios([
		{
			name: 'make a volume before the container that mounts it',
			target: data,
			plan: [
				'#1 pullImage web (image absent)',
				'#2 createNetwork default (absent on engine)',
				'#3 createVolume data (absent on engine)',
				'#4 createContainer web after #1 #2 #3 (absent on engine)',
				'#5 startContainer web after #4 (absent on engine)',
				'#6 recordCommit hello after #5 (release is applied)',
			],
		},
		{
			name: 'keep a volume that the release does not name',
			before: data,
			target: { ...next, services: { web: {} } },
			plan: [
				'#1 takeLocks hello (running services are about to change)',
				'#2 createContainer web (configuration drifted)',
				'#3 stopContainer web after #1 #2 (configuration drifted)',
				'#4 startContainer web after #3 (configuration drifted)',
				'#5 removeContainer web after #4 (configuration drifted)',
				'#6 releaseLocks hello after #5 (the change is done)',
				'#7 recordCommit hello after #6 (release is applied)',
			],
		},
		{
			name: 'leave a volume alone whose definition changed',
			before: data,
			target: { ...data, volumes: { data: { driver_opts: { o: 'x' } } } },
			plan: [],
		},
		{
			name: 'make no volume that a container mounts without our label',
			before: data,
			since: observing(() => ({ volumes: [] })),
			target: data,
			plan: [],
		},
	]);
});

describe('the plan for apps that go', () => {
	testScenarios([
		{
			name: 'remove containers and networks of an app that the target dropped, and keep its volumes',
			before: { ...data, services: { ...data.services, db: {} } },
			target: undefined,
			plan: [
				'#1 takeLocks app1 (running services are about to change)',
				'#2 stopContainer web after #1 (app not in target)',
				'#3 removeContainer web after #2 (app not in target)',
				'#4 stopContainer db after #1 (app not in target)',
				'#5 removeContainer db after #4 (app not in target)',
				'#6 removeNetwork default after #3 #5 (app not in target)',
				'#7 releaseLocks app1 after #6 (the change is done)',
			],
		},
		{
			name: 'do the same for an app without a release',
			before: data,
			target: {},
			plan: [
				'#1 takeLocks hello (running services are about to change)',
				'#2 stopContainer web after #1 (app has no release)',
				'#3 removeContainer web after #2 (app has no release)',
				'#4 removeNetwork default after #3 (app has no release)',
				'#5 releaseLocks hello after #4 (the change is done)',
			],
		},
		{ name: 'plan nothing for an app that is gone', target: undefined, plan: [] },
		{
			name: 'remove volumes too when a purge is asked for',
			before: data,
			target: data,
			more: { intents: [{ kind: 'purge' }] },
			plan: [
				'#1 takeLocks hello (running services are about to change)',
				'#2 stopContainer web after #1 (purge asked for)',
				'#3 removeContainer web after #2 (purge asked for)',
				'#4 removeNetwork default after #3 (purge asked for)',
				'#5 removeVolume data after #3 (purge asked for)',
				'#6 releaseLocks hello after #4 #5 (the change is done)',
			],
		},
		{
			name: 'purge a volume only when a container that is being removed has let it go',
			before: data,
			since: withContainer('web', { state: 'removing' }),
			target: data,
			more: { intents: [{ kind: 'purge' }] },
			plan: [],
		},
	]);
});
