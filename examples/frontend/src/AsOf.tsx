import { Sign } from './Sign.tsx';
import { toClock } from './times.ts';
import { useNow } from './useNow.ts';

interface Props {
  /** Undefined until something was read. */
  readonly asOf: string | undefined;
  readonly busy: boolean;
  readonly isAutomatic: boolean;
  onRefresh(): Promise<void>;
  onAutomatic(isAutomatic: boolean): void;
}

/** From then on, the age is pointed out: the page was left alone, or the service shows what it read before ROMA Connect failed. */
const OLD_MINUTES = 1;

export function AsOf({ asOf, busy, isAutomatic, onRefresh, onAutomatic }: Props) {
  const now = useNow();
  const minutes = asOf === undefined ? 0 : Math.floor((now - Date.parse(asOf)) / 60_000);
  const isOld = minutes >= OLD_MINUTES;
  return (
    <div className="as-of">
      <p data-severity={isOld ? 'urgent' : undefined}>
        {isOld && <Sign severity="soon" />}
        As of {asOf === undefined ? '–' : <time dateTime={asOf}>{toClock(asOf)}</time>}
        {isOld && <strong>{toAge(minutes)} old</strong>}
      </p>
      {/* Not disabled meanwhile: that would take the focus away. */}
      <button type="button" aria-disabled={busy} onClick={() => void (busy || onRefresh())}>
        Refresh
      </button>
      <label className="check">
        <input
          type="checkbox"
          aria-label="Refresh every 30 s"
          checked={isAutomatic}
          onChange={(event) => onAutomatic(event.target.checked)}
        />
        every 30 s
      </label>
    </div>
  );
}

function toAge(minutes: number): string {
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
