%% The same as kernel.scm, in Erlang.
-module(kernel_bench).
-export([main/1]).

report(Name, Value) -> io:format("~s ~w~n", [Name, Value]).

time_each(N, Run) ->
    Run(N div 10),
    Start = erlang:monotonic_time(nanosecond),
    Run(N),
    (erlang:monotonic_time(nanosecond) - Start) / N / 1000.

yields(0) -> ok;
yields(N) -> erlang:yield(), yields(N - 1).

yield(N) ->
    Me = self(),
    spawn(fun() -> yields(N), Me ! done end),
    yields(N),
    receive done -> ok end.

echo(To) -> receive M -> To ! M, echo(To) end.

exchange(N) ->
    Me = self(),
    Echo = spawn(fun() -> echo(Me) end),
    exchanges(Echo, N),
    exit(Echo, kill).

exchanges(_, 0) -> ok;
exchanges(Echo, N) -> Echo ! N, receive N -> exchanges(Echo, N - 1) end.

begin_and_end(0) -> ok;
begin_and_end(N) ->
    {_, Reference} = spawn_monitor(fun() -> 1 end),
    receive {'DOWN', Reference, process, _, _} -> begin_and_end(N - 1) end.

main([Exchanges, InARow, AtOnce]) ->
    [E, R, A] = [list_to_integer(X) || X <- [Exchanges, InARow, AtOnce]],
    report("yield-us", time_each(E, fun yield/1) / 2),
    report("round-trip-us", time_each(E, fun exchange/1)),
    report("begin-and-end-us", time_each(R, fun begin_and_end/1)),
    Before = erlang:memory(total),
    Me = self(),
    Workers = [spawn(fun() -> echo(Me) end) || _ <- lists:seq(1, A)],
    Sum = lists:sum([begin W ! 1, receive M -> M end end || W <- Workers]),
    report("bytes-each", (erlang:memory(total) - Before) div A),
    [exit(W, kill) || W <- Workers],
    report("result", Sum),
    halt(0).
