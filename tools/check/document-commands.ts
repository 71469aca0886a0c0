/** A command of the documents, and what becomes of it in the tests. */
export type ShownCommand = {
	/** As it is printed, with single blanks; a pattern stands for the lines of one block, or for many alike. */
	readonly command: string | RegExp;
} &
	/** `test/e2e/device.test.ts` runs it on its device, word by word; a `watch` until it has said something. */
	(
		| {
				readonly run: 'look' | 'watch';
				readonly command: string;
				/** What is run in its place, as it might wait for long to say something, or never end. */
				readonly as?: string;
		  }
		| {
				/** The file, and the title of the test, that runs it; the file shows it, see document-runs.ts. */
				readonly by: Citation;
				/** What is run in its place: the same with another number or name. */
				readonly as?: string;
		  }
		| /** Why no test runs it. */ { readonly not: string }
	);

type Citation = readonly [file: string, title: string];

const device = (title: string): Citation => ['test/e2e/device.test.ts', title];
const local = (title: string): Citation => ['test/e2e/local-mode.test.ts', title];
const standalone = (title: string): Citation => ['test/integration/standalone.test.ts', title];
const image = (title: string): Citation => ['test/integration/supervisor-image.test.ts', title];
const bundled = (title: string): Citation => ['test/integration/bundle.test.ts', title];
const cloud = (title: string): Citation => ['test/integration/dev-cloud.test.ts', title];
const refreshed = device('must run the supervisor from ./dist and refresh it');
const synced = device('must take a built supervisor over ssh and leave the apps alone');
const pair = device('must run a second device beside it, and remove that one alone');
const delta = device('must make the next image of a delta after the commands of docs/deltas.md');

const ofDevice: readonly ShownCommand[] = [
	{ command: './dindctl run', by: device('must show both services running') },
	{ command: './dindctl status', run: 'look' },
	{ command: './dindctl status --all', by: pair },
	{ command: './dindctl status --watch', run: 'watch' },
	{ command: './dindctl events', run: 'watch', as: './dindctl events --all' },
	{ command: './dindctl events --help', run: 'look' },
	{ command: './dindctl --help', run: 'look' },
	{
		command: './dindctl <command> --help',
		by: ['tools/dind/cli/program.test.ts', 'must explain itself, and do nothing else: ${name}'],
	},
	{ command: './dindctl completion --help', run: 'look' },
	{ command: './dindctl completion bash', run: 'look' },
	{ command: './dindctl plan examples/hello', run: 'look' },
	{
		command: './dindctl plan DIR',
		by: device('must tell what a push would change, and why, before it'),
	},
	{ command: './dindctl logs', run: 'look' },
	{ command: './dindctl logs -n 20 -u resin-supervisor-dind', run: 'look' },
	{ command: './dindctl logs -n 50 -u resin-supervisor-dind', run: 'look' },
	{ command: './dindctl logs -n 100 -u resin-supervisor-dind', by: delta },
	{
		command: './dindctl logs -fn 100 -u resin-supervisor-dind',
		run: 'look',
		as: './dindctl logs -n 100 -u resin-supervisor-dind',
	},
	{ command: './dindctl shell docker ps', run: 'look' },
	{
		command:
			'./dindctl shell docker exec balena_supervisor node /usr/src/app/dist/main.cjs api-key',
		run: 'look',
	},
	{
		command: /^\.\/dindctl shell --service (web|NAME)$/,
		by: device('must open a shell in a service'),
		as: './dindctl shell --service web',
	},
	{ command: './dindctl api GET /v2/state/status', run: 'look' },
	{ command: './dindctl api GET /v3/status', run: 'look' },
	{
		command: './dindctl doctor',
		by: device('must find nothing wrong with a device that is well'),
	},
	{
		command: './dindctl push examples/hello',
		by: device('must replace only the changed service, while the page keeps answering'),
	},
	{ command: './dindctl run --mount-dist', by: refreshed },
	{ command: './dindctl refresh', by: refreshed },
	{
		command: './dindctl run --ssh',
		by: device('must keep its identity and its containers when it is run with other options'),
	},
	{
		command: './dindctl run --preload',
		by: device('must run preloaded apps with the cloud unreachable'),
	},
	{ command: './dindctl run --count 3', by: pair, as: './dindctl run --count 2' },
	{
		command: './dindctl run --image resin/amd64-supervisor:master',
		by: ['test/e2e/host.test.ts', 'must run the image that is asked for by its name'],
	},
	{
		command: './dindctl stop',
		by: device('must leave nothing behind when it is stopped, also when half of it is gone'),
	},
	{ command: /^\.\/sync\.ts (<address>|<ip>|ADDRESS)$/, by: synced, as: './sync.ts ADDRESS' },
	{
		command: /^\.\/sync\.ts (127\.0\.0\.1|HOST) --watch$/,
		by: device(
			'must run a change of the code as it is saved, and the released image again after --reset',
		),
		as: './sync.ts 127.0.0.1 --watch',
	},
	{
		command: /^(key=.*USER_KEY\)|for variable in DELTA.*|\tcurl .*\/dev\/variables|done)$/,
		by: delta,
	},
	{ command: './dindctl plan', not: 'names the command in a sentence; it wants a folder' },
];

const withoutCloud: readonly ShownCommand[] = [
	{
		command: './dindctl run --local',
		by: local('must run a composition that is pushed detached, and tell its status'),
	},
	{
		command: /^\.\/dindctl run --preload (DIR|examples\/hello)$/,
		by: local('must run the app that it was made with'),
		as: './dindctl run --preload DIR',
	},
	{
		command: /^\.\/dindctl bundle (DIR|examples\/hello) -o (app|hello)\.tar$/,
		by: bundled('must run when it is sent'),
		as: './dindctl bundle DIR -o app.tar',
	},
	{ command: /^curl --data-binary @hello\.tar /, by: bundled('must run when it is sent') },
	{
		command: /^curl --json .*hello\.tar/,
		by: bundled('must take the place of its older release when it lies on a disk'),
	},
	{
		command: /^\.\/dindctl import (app|hello)\.tar$/,
		by: local('must run the next release of it, which comes in a bundle'),
		as: './dindctl import app.tar',
	},
	{
		command: /^docker inspect .*IPAddress.* holdfast-device$/,
		by: local('must answer at the address by which clients on other ports find it'),
	},
	{
		command: /^docker compose .*up (--detach|-d)$/,
		by: standalone('must answer on this computer after the two commands of the README'),
		as: 'docker compose -f examples/standalone/docker-compose.yml up --detach',
	},
	{
		command: /^curl .*-X POST .*app\.json http:\/\/127/,
		by: standalone('must run the app of the README, which reaches the API from inside'),
	},
	{
		command: /^curl --fail-with-body http:\S+\/v3\/status$|^docker logs holdfast$/,
		by: standalone('must run the app of the README, which reaches the API from inside'),
	},
	{
		command: /^docker compose .*rm --stop --force$/,
		by: standalone(
			'must leave the app as it is when the supervisor is removed, and take it up by docker run',
		),
	},
	{
		command: /^docker (network create .*|run .*--name holdfast .*)supervisor0 ?/,
		by: standalone('must start without Compose on a computer that has nothing of it'),
	},
	{
		command: /^curl .*-X DELETE |^docker compose .*down --volumes$/,
		by: standalone('must leave nothing but the stranger when all of it is taken down'),
	},
];

const ofImages: readonly ShownCommand[] = [
	{
		command: /^\.\/dindctl build( --tag master --arch amd64)?$/,
		not: 'builds what is built, half a minute; test/integration/supervisor-image.test.ts runs what it runs',
	},
	{
		command: './dindctl build --arch aarch64',
		not: 'compiles for another processor, which takes minutes',
	},
	{
		command: /^docker image inspect .*Config\.Labels}}' holdfast/,
		by: image('must say its version and when its commit was made'),
	},
	{
		command: /^docker run .*--entrypoint cat .*sbom\.cdx\.json$/,
		by: image('must hold its bill of materials, and no compiler, no npm and no sources'),
	},
	{
		command: 'sh tools/images/build-supervisor --sbom FILE',
		by: image('must be the same when it is built again'),
	},
	{
		command: 'sh tools/images/verify-reproducible',
		not: 'minutes; every run builds what is cheap of it twice: test/integration/supervisor-image.test.ts',
	},
	{
		command: /^docker run .*--name holdfast .*--read-only /,
		by: image('must answer without systemd, D-Bus and a boot partition'),
	},
	{
		command: 'HOLDFAST_IMAGES=made sh tools/setup/setup images',
		not: 'it makes anew the images that other tests use; set-up does so where no registry answers',
	},
	{
		command: /^docker run .*--privileged --network host .*holdfast\/amd64-supervisor:master$/,
		by: [
			'test/e2e/os-start.test.ts',
			'must go on as well when it is started by the command of the README',
		],
	},
	{
		command:
			/^docker (exec NAME docker version|save IMAGE \| docker exec -i NAME docker load|image inspect .* IMAGE)$/,
		by: local('must have the image that was loaded as its documents say'),
	},
	{ command: 'docker load -i hello.tar', by: bundled('must be taken by any engine') },
	{
		command: 'docker exec NAME systemctl restart resin-supervisor-dind',
		by: device('must name config.json when it is the obstacle, and what is wrong in it'),
	},
	{ command: /^SUPERVISOR_(IMAGE|EXTRA_MOUNTS|EXTRA_ENV)=/, not: 'lines of a file, not commands' },
];

const others: readonly ShownCommand[] = [
	{
		command:
			/^(node .*cloud\/build-image\.ts|docker network create devices|docker run .*dev-cloud)/,
		by: cloud('must answer when it is started as its README says'),
	},
	{
		command: /^USER_KEY=\S+ .*npx tsx tools\/cloud\/main\.ts$/,
		by: cloud('must answer without a container, too'),
	},
	{
		command: /^curl -N .*\/v3\/events/,
		by: [
			'test/integration/watching.test.ts',
			'must tell the same to the command of docs/events.md',
		],
	},
	{
		command: /BALENA_SUPERVISOR_ADDRESS|^lock=|noclobber/,
		by: ['test/contract/guide.test.ts', 'must say what works: line 1'],
	},
	{
		command: /^iptables /,
		by: [
			'test/integration/firewall.test.ts',
			'must come behind the rules that docs/security.md tells to put before it',
		],
	},
	{
		command: 'sh tools/setup/setup --help',
		by: ['tools/setup/setup.test.ts', 'must explain itself'],
	},
	{
		command: /^npm (test|run test:\w+|run check( -- imports)?)$/,
		not: 'it is what runs the tests, and what they run',
	},
	{
		command: 'npm run generate',
		not: 'writes into the work tree; `npm run check` compares what it would write',
	},
	{
		command: 'npm run build',
		not: 'test/support/use-stage.ts runs what it runs, for every supervisor of the tests',
	},
	{ command: 'npm start', not: 'test/support/supervisor-process.ts runs what it runs' },
	{ command: /^npm run bench/, not: 'measures, on a machine at rest' },
	{
		command: /^node .*tools\/pictures\/record\.ts$|^UPDATE_SCREENSHOT=1 /,
		not: 'writes a picture of the documents, by what test/e2e looks at',
	},
	{
		command: /^balena (push|device logs|preload)\b/,
		not: 'another program; test/e2e/local-mode.test.ts does what it does: test/support/cli-client.ts',
	},
	{
		command: /^(docker exec … )?node \S*dist\/main\.cjs api-key$/,
		not: 'names what ./dindctl shell … api-key runs, and test/support/supervisor-process.ts',
	},
	{
		command: 'docker build -t holdfast/dind-device:latest tools/dind/image',
		not: './dindctl run builds it so, with a label by which it knows it: tools/dind/commands/commands.test.ts',
	},
	{
		command: 'docker rm --force --volumes NAME',
		not: './dindctl stop does it: tools/dind/commands/commands.test.ts',
	},
	{
		command:
			/^docker (build( \.| -t mine \.)?|cp FILE NAME:PATH|compose up|create|save|start|stop|volume ls)$/,
		not: 'names a command in a sentence, of which nothing is said but that it is there',
	},
];

/** Every command of the documents has a row; where two match, the first one holds. */
export const shownCommands: readonly ShownCommand[] = [
	...ofDevice,
	...withoutCloud,
	...ofImages,
	...others,
];

export function isShownBy({ command }: ShownCommand, text: string): boolean {
	return typeof command === 'string' ? command === text : command.test(text);
}
