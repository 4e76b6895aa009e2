#pragma once

#include <QMainWindow>

#include <QPointer>
#include <QTimer>

#include <memory>
#include <optional>
#include <string_view>

#include "ui/jobs/commands.hpp"
#include "ui/jobs/job_queue.hpp"
#include "ui/models/recent_models.hpp"
#include "ui/session/growing_front.hpp"
#include "ui/session/session.hpp"
#include "ui/theme/theme.hpp"

class QLabel;
class QStackedWidget;
class QTemporaryDir;

namespace dq::ui {

class Banner;
struct RecipeFit;
class StartPage;
class StatusLine;
class Toolbar;
class Workspace;

/// The explorer's window: start page or workspace, menus, and the jobs the worker process runs.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(std::filesystem::path cache);
    ~MainWindow() override;

    Session& session() { return session_; }
    Workspace& workspace();  // made when it is first asked for: the start page is there sooner
    Banner& banner() const { return *banner_; }
    StatusLine& statusLine() const { return *status_; }
    RecentModels& recent() { return recent_; }
    bool jobRunning() const { return !jobs_.idle(); }
    JobQueue& jobs() { return jobs_; }

    void openModel(const QString& path);
    void measure(const MeasureSettings& settings);
    void resumeMeasuring();  // goes on with a measurement that was interrupted
    void validate();  // runs the model at points of the front
    void evaluate();  // and at the choice in hand
    /// `target` as exportTargets() names it.
    void exportTo(const QString& output, const std::string& target = "native");
    void saveRecipe(const QString& file);
    /// Applied at once where it fits; else what does not is listed, and it is applied to what does if that is wanted.
    void openRecipe(const QString& file);
    /// Geometry, panes and colours as they were left; remember() keeps them, and the open model's edits.
    void restoreLayout();
    void remember() const;
    void forgetEverything() { remembers_ = false; }  // neither keep nor restore: for pictures
    static QString lastOpen();  // the model that was open when the program ended; "": none that is still there
    void resumeSession();
    void savePicture(const QString& file);  // .png, .svg or .pdf
    void saveData(const QString& file);     // .csv
    void cancelJob();
    void askExport();

signals:
    void settled();  // a model was opened, or could not be
    void jobEnded();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    struct Actions {
        QAction *undo, *redo, *pin, *clear, *snapshot;
        QAction *open, *openFile, *openRecipe, *saveRecipe, *exportModel, *close, *quit;
        QAction *measure, *validate, *evaluate, *cancel;
        QAction *smaller, *larger, *knee, *speed, *logLoss, *perplexity;
        QAction *zoomIn, *zoomOut, *whole, *peers, *metrics, *floor, *picture, *data;
        QAction* about;
    };
    QAction* action(const QString& text, const QKeySequence& keys, const QString& tip,
                    void (MainWindow::*slot)());
    void buildActions();
    void buildViewActions();
    void drawActions();
    void buildMenus();
    void buildEditMenu();
    void buildThemeMenu(QMenu* menu);
    void buildLanguageMenu(QMenu* menu);
    void build();    // everything but session and jobs, in the language of now
    void rebuild();  // the same again
    void buildPages();
    void buildWorkspace();
    void connectSession();
    void connectParts();
    void fillRecentMenu();

    void askOpen();
    void askOpenFile();
    void offerToResume();
    void enqueueMeasuring(const QStringList& arguments);
    void askCalibration();
    void askMeasure();
    void askRecipeFile();
    void askRecipe();
    void askToApply(const recipe::Recipe& recipe, const QString& name, const RecipeFit& fit);
    void openDemo();
    void closeModel();
    void stepSmaller() { session_.stepVertices(-1); }
    void stepLarger() { session_.stepVertices(1); }
    void undo() { session_.history().undo(); }
    void redo() { session_.history().redo(); }
    void pinSelected() { session_.pin(session_.selection()); }
    void takeSnapshot();
    void clearConstraints() { session_.clearConstraints(); }
    void toKnee() { session_.toKnee(); }
    void askSpeed();
    void toggleLogLoss();
    void togglePerplexity();
    void zoomIn();
    void zoomOut();
    void showWholeFront();
    void togglePeers();
    void toggleMetrics();
    void toggleFloor();
    void askPicture();
    void askData();
    void save(const QString& file, std::string_view bytes, const QString& done);
    void showAbout();

    void follow(Stage from);
    void showStage(Stage from);
    void restorePanes();
    void rememberPanes() const;
    void enableActions();
    void nameHistory();
    void showStatus();
    void fail(const Failure& failure);
    void enqueue(Job job);
    void connectJobs();
    void beginJob(int id);
    void endJob(Job::Kind kind);
    void showJobs();
    QString runningName() const;
    void takeRow(const WorkerRow& row);
    void measured(const QJsonObject& result);
    void validated(const QJsonObject& answer, const QStringList& arguments);
    void evaluated(int id, const QJsonObject& answer);
    /// The choice in hand as a file for the worker; lives with the job. Null: it could not be written, which was said.
    std::shared_ptr<QTemporaryDir> handOver();
    void exported(const QJsonObject& result);

    Session session_;
    RecentModels recent_;
    Actions actions_{};
    QMenu *recentMenu_ = nullptr, *viewMenu_ = nullptr;
    Toolbar* toolbar_ = nullptr;
    QStackedWidget* pages_ = nullptr;
    StartPage* start_ = nullptr;
    Workspace* workspace_ = nullptr;
    StatusLine* status_ = nullptr;
    Banner* banner_ = nullptr;
    QLabel* summary_ = nullptr;

    bool remembers_ = true;
    bool restores_ = false;  // panes as they were left, once there are any
    QTimer remembering_;  // a while after the last change
    JobQueue jobs_;
    GrowingFront growing_;
    int rowsDone_ = 0;
};

}  // namespace dq::ui
