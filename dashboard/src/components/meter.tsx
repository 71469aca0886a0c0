interface MeterProps {
	readonly label: string;
	/** 0 to 100. */
	readonly percent: number;
	readonly text: string;
}

/** How full something is. */
export function Meter({ label, percent, text }: MeterProps) {
	const width = Math.min(100, Math.max(0, percent));
	const tone = width >= 90 ? 'bad' : width >= 75 ? 'warn' : '';
	return (
		<div class="meter">
			<span>{label}</span>
			<span class="soft">{text}</span>
			<svg
				class={`track ${tone}`}
				viewBox="0 0 100 4"
				preserveAspectRatio="none"
				aria-hidden="true"
			>
				<rect width="100" height="4" class="rail" />
				<rect width={width} height="4" class="fill" />
			</svg>
		</div>
	);
}

interface ProgressProps {
	readonly label: string;
	/** 0 to 100; undefined: nobody knows. */
	readonly percent: number | undefined;
}

/** How far something has come. */
export function Progress({ label, percent }: ProgressProps) {
	return (
		<div class="download">
			<progress max={100} value={percent} aria-label={label} />
			<span class="soft number">{percent === undefined ? '' : `${Math.round(percent)} %`}</span>
		</div>
	);
}
