package dev.backfeed.engine.handler;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** Finds the handler of a command by its class. */
public final class Handlers {
  private static final Map<Class<? extends Command>, Handler<?>> BY_COMMAND = new HashMap<>();

  static {
    add(Command.CreateDestination.class, new CreateDestinationHandler());
    add(Command.AlterDestination.class, new AlterDestinationHandler());
    add(Command.DescribeDestination.class, new DescribeDestinationHandler());
    add(Command.DescribeObject.class, new DescribeObjectHandler());
    add(Command.ShowDestinationTypes.class, new ShowDestinationTypesHandler());
    add(Command.PauseDestination.class, new PauseDestinationHandler());
    add(Command.ResumeDestination.class, new ResumeDestinationHandler());
    add(Command.DropDestination.class, new DropDestinationHandler());
    add(Command.ShowDestinations.class, new ShowDestinationsHandler());
    add(Command.TestDestination.class, new TestDestinationHandler());
    add(Command.CreateSync.class, new CreateSyncHandler());
    add(Command.ValidateSync.class, new ValidateSyncHandler());
    add(Command.AlterSync.class, new AlterSyncHandler());
    add(Command.DropSync.class, new DropSyncHandler());
    add(Command.ShowSyncs.class, new ShowSyncsHandler());
    add(Command.DescribeSync.class, new DescribeSyncHandler());
    add(Command.ShowCreateSync.class, new ShowCreateSyncHandler());
    add(Command.ShowSyncRuns.class, new ShowSyncRunsHandler());
    add(Command.EraseSync.class, new EraseSyncHandler());
    add(Command.AlterSettings.class, new AlterSettingsHandler());
    add(Command.SyncNow.class, new SyncNowHandler());
    add(Command.ExplainSync.class, new ExplainSyncHandler());
    add(Command.ExplainKey.class, new ExplainKeyHandler());
    add(Command.PreviewSync.class, new PreviewSyncHandler());
    add(Command.PreviewRun.class, new PreviewRunHandler());
    add(Command.ApproveRun.class, new ApproveRunHandler());
    add(Command.RejectRun.class, new RejectRunHandler());
    add(Command.CancelRun.class, new CancelRunHandler());
    add(Command.VerifySync.class, new VerifySyncHandler());
    add(Command.UndoRun.class, new UndoRunHandler());
    add(Command.ResetSync.class, new ResetSyncHandler());
    add(Command.BaselineSync.class, new BaselineSyncHandler());
    add(Command.PauseSync.class, new PauseSyncHandler());
    add(Command.ResumeSync.class, new ResumeSyncHandler());
    add(Command.ResolveSync.class, new ResolveSyncHandler());
    add(Command.CreateAlert.class, new CreateAlertHandler());
    add(Command.DropAlert.class, new DropAlertHandler());
    add(Command.ShowAlerts.class, new ShowAlertsHandler());
  }

  private Handlers() {}

  private static <C extends Command> void add(Class<C> command, Handler<C> handler) {
    BY_COMMAND.put(command, handler);
  }

  /** Carries out a command of any kind. */
  @SuppressWarnings("unchecked")
  public static Result handle(Command command, RunEnvironment environment, Execution execution)
      throws SQLException {
    Handler<Command> handler = (Handler<Command>) BY_COMMAND.get(command.getClass());
    if (handler == null) {
      throw new StatementException(
          SqlState.NOT_SUPPORTED, "this version does not know this statement yet");
    }
    return handler.handle(command, environment, execution);
  }

  /** The commands that have a handler. */
  public static java.util.Set<Class<? extends Command>> commands() {
    return java.util.Set.copyOf(BY_COMMAND.keySet());
  }
}
