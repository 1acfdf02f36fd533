const ROWS = Array.from({ length: 12 }, (_, row) => row);

/** As high as the rows that come, so that nothing jumps when they are there. */
export function ListSkeleton() {
  return (
    <section aria-label="Certificates" aria-busy="true">
      <p className="quiet" role="status">
        Loading certificates…
      </p>
      <ul className="certificates skeleton" aria-hidden="true">
        {ROWS.map((row) => (
          <li key={row} className="certificate" />
        ))}
      </ul>
    </section>
  );
}
