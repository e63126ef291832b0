/** SQL: rows (market_code, item_code, seats) as they are kept and read (`SeatsOfItem`). */
export const seatItemsOf = (rows: string): string =>
  `(select coalesce(jsonb_agg(jsonb_build_object('marketCode', market_code, 'itemCode', item_code, 'seats', seats)
      order by market_code, item_code), '[]') from (${rows}) as items)`;

/** SQL: what parts `s` of plans keep so, summed over those that are meant. */
export const summedItems = (parts: string): string =>
  seatItemsOf(`select i ->> 'marketCode' as market_code, i ->> 'itemCode' as item_code, sum((i ->> 'seats')::int)::int as seats
    from (${parts}) as meant cross join jsonb_array_elements(meant.seat_items) as i group by 1, 2`);
